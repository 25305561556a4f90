package dev.acp.cli;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** acp completion. */
@Command(
    name = "completion",
    description = "Print the tab completion for bash or zsh.",
    footer = {
      "",
      "Example: acp completion bash > /etc/bash_completion.d/acp",
      "zsh: acp completion zsh > /usr/local/share/zsh/site-functions/_acp",
      "For this shell only: source <(acp completion bash)"
    })
final class CompletionCommand extends AcpCommand {
  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "bash|zsh",
      defaultValue = "bash",
      description = "Which shell; bash if it is left out.")
  private Shell shell;

  CompletionCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    console.out().print(shell == Shell.BASH ? BashCompletion.of(root) : ZshCompletion.of(root));
    return 0;
  }
}
