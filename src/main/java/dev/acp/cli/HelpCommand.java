package dev.acp.cli;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** acp help. */
@Command(
    name = "help",
    helpCommand = true,
    description = {
      "Show the help of a command or of a topic.",
      "The topics are exit-codes, files and environment."
    },
    footer = {"", "Example: acp help setup", "A topic: acp help exit-codes"})
final class HelpCommand extends AcpCommand {
  private static final int WIDE = 80;
  private static final int INDENT = 4;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND|TOPIC",
      completionCandidates = Words.class,
      description = "What about; without it, the list of commands.")
  private List<String> about = new ArrayList<>();

  HelpCommand(Console console) {
    super(console);
  }

  /** The topics and the commands, for completion. */
  static final class Words extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Words() {
      super(HelpTopics.NAMES);
      for (Class<?> command : Commands.ALL) {
        add(command.getAnnotation(Command.class).name());
      }
    }
  }

  @Override
  public Integer call() {
    if (about.size() == 1 && HelpTopics.NAMES.contains(about.get(0))) {
      topic(HelpTopics.of(about.get(0), console.lang()));
      return 0;
    }
    CommandLine line = spec.root().commandLine();
    for (String word : about) {
      CommandLine deeper = line.getSubcommands().get(word);
      if (deeper == null) {
        throw AcpException.of(
            FaultCode.USAGE,
            line.getCommandSpec().qualifiedName()
                + " has no command "
                + word
                + "; it has "
                + String.join(", ", line.getSubcommands().keySet())
                + (line.getParent() == null
                    ? ". The topics are " + String.join(", ", HelpTopics.NAMES)
                    : "")
                + ".");
      }
      line = deeper;
    }
    line.usage(console.out());
    return 0;
  }

  /** Short words stand beside their sentence, long ones above it. */
  private void topic(Map<String, String> entries) {
    int longest = entries.keySet().stream().mapToInt(String::length).max().orElse(0);
    boolean beside = longest < INDENT;
    entries.forEach(
        (word, sentence) -> {
          if (!beside) {
            console.out().println(word);
          }
          String first = beside ? word + " ".repeat(INDENT + 1 - word.length()) : "     ";
          for (String part : Columns.wrap(sentence, WIDE - INDENT - 1)) {
            console.out().println(first + part);
            first = "     ";
          }
        });
  }
}
