package dev.acp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** acp version. */
@Command(
    name = "version",
    description = "Show the version of acp and of the Java runtime under it.",
    footer = {"", "Example: acp version"})
final class VersionCommand implements Callable<Integer> {
  /** The version of this acp; a package names the least one that can install it. */
  static final String VERSION = "0.1.0";

  private final Console console;

  @Mixin private CommonOptions common;

  VersionCommand(Console console) {
    this.console = console;
    this.common = new CommonOptions(console);
  }

  @Override
  public Integer call() {
    console.out().println("acp " + VERSION + ", Java " + Runtime.version());
    return 0;
  }
}
