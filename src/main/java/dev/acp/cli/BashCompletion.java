package dev.acp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Tab completion for bash 4.2 and newer (CentOS 7), without the package bash-completion: tables
 * made from the commands, and completion.bash, which reads them.
 */
final class BashCompletion {
  private final StringBuilder tables = new StringBuilder();
  private final StringBuilder values = new StringBuilder();

  private BashCompletion() {}

  static String of(CommandLine root) {
    BashCompletion made = new BashCompletion();
    made.add(root);
    return frame().replace("    #TABLES\n", made.tables).replace("    #VALUES\n", made.values);
  }

  private static String frame() {
    try (InputStream in = BashCompletion.class.getResourceAsStream("completion.bash")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(CommandLine line) {
    String path = line.getCommandSpec().qualifiedName();
    List<String> options = new ArrayList<>();
    List<String> valued = new ArrayList<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      options.addAll(List.of(option.names()));
      if (CompletionValues.takesValue(option)) {
        valued.addAll(List.of(option.names()));
        value(path, List.of(option.names()), CompletionValues.of(option));
      }
    }
    for (PositionalParamSpec parameter : line.getCommandSpec().positionalParameters()) {
      value(path, List.of(":"), CompletionValues.of(parameter));
    }
    Set<String> commands = new LinkedHashSet<>(line.getSubcommands().keySet());
    tables
        .append("    '" + path + "')\n")
        .append("      commands='" + String.join(" ", commands) + "'\n")
        .append("      options='" + String.join(" ", options) + "'\n")
        .append("      valued='" + String.join(" ", valued) + "'\n")
        .append("      ;;\n");
    new LinkedHashSet<>(line.getSubcommands().values()).forEach(this::add);
  }

  private void value(String path, List<String> names, CompletionValues candidates) {
    String found =
        switch (candidates.kind()) {
          case FILES -> "kind=files";
          case FOLDERS -> "kind=folders";
          case WORDS -> "words='" + String.join(" ", candidates.words()) + "'";
          case NONE, ANYTHING -> "";
        };
    if (!found.isEmpty()) {
      List<String> cases = names.stream().map(n -> "'" + path + " " + n + "'").toList();
      values.append("    " + String.join(" | ", cases) + ") " + found + " ;;\n");
    }
  }
}
