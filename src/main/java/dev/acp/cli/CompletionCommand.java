package dev.acp.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** acp completion. */
@Command(
    name = "completion",
    description = "Print the tab completion for bash and zsh.",
    footer = {
      "",
      "Example: acp completion > /etc/bash_completion.d/acp",
      "For this shell only: source <(acp completion)"
    })
final class CompletionCommand extends AcpCommand {
  @Spec private CommandSpec spec;

  CompletionCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    console.out().print(AutoComplete.bash("acp", spec.root().commandLine()));
    return 0;
  }
}
