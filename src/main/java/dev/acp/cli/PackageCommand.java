package dev.acp.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** acp package: making packages and looking into them. */
@Command(
    name = "package",
    description = "Make, sign and look into packages.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PackageBuildCommand.class,
      PackageSignCommand.class,
      PackageInspectCommand.class
    },
    footer = {
      "",
      "Example: acp package build samples/sample-package.yaml -o acp-0.1.0-amd64.tar --key k.asc"
    })
final class PackageCommand extends AcpCommand {
  @Spec private CommandSpec spec;

  PackageCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing command: build, sign or inspect.");
  }
}
