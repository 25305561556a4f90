package dev.acp.cli;

import picocli.CommandLine.Command;

/** acp version. */
@Command(
    name = "version",
    description = "Show the version of acp and of the Java runtime under it.",
    footer = {"", "Example: acp version"})
final class VersionCommand extends AcpCommand {
  /** The version of this acp; a package names the least one that can install it. */
  static final String VERSION = "0.1.0";

  VersionCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    console.out().println("acp " + VERSION + ", Java " + Runtime.version());
    return 0;
  }
}
