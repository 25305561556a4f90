package dev.acp.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** acp certs: the cluster's certificates. */
@Command(
    name = "certs",
    description = "Look at the cluster's certificates, and renew them in time.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CertsCheckCommand.class, CertsRenewCommand.class},
    footer = {"", "Example: acp certs check -f cluster.yaml"})
final class CertsCommand extends AcpCommand {
  @Spec private CommandSpec spec;

  CertsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing command: check or renew.");
  }
}
