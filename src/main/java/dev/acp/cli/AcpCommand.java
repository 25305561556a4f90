package dev.acp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What every command has: the console and the common options. Commands stay thin. */
abstract class AcpCommand implements Callable<Integer> {
  final Console console;
  @Mixin final CommonOptions common;

  AcpCommand(Console console) {
    this.console = console;
    this.common = new CommonOptions(console);
  }
}
