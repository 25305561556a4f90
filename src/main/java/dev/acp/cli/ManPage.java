package dev.acp.cli;

import dev.acp.value.Lang;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command's manual page in man(7), from its own help. English, as man(1) expects of a page. */
final class ManPage {
  private final CommandLine line;
  private final CommandSpec command;
  private final Roff out = new Roff();

  private ManPage(CommandLine line) {
    this.line = line;
    this.command = line.getCommandSpec();
  }

  /** acp-setup for acp setup. */
  static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName("-");
  }

  /**
   * The page's text.
   *
   * @param date as 2026-01-31
   */
  static String of(CommandLine line, String date) {
    return new ManPage(line).page(date);
  }

  private String page(String date) {
    out.title(name(line).toUpperCase(Locale.ROOT), date, "acp " + VersionCommand.VERSION);
    out.section("NAME").text(name(line) + " - " + lower(CommandTexts.summary(command)));
    out.section("SYNOPSIS").code(synopsis());
    out.section("DESCRIPTION");
    Arrays.stream(command.usageMessage().description()).forEach(out::text);
    List<String> notes = CommandTexts.notes(command);
    if (!notes.isEmpty()) {
      out.paragraph();
      notes.forEach(out::text);
    }
    commands();
    arguments();
    examples();
    exitStatus();
    list("FILES", HelpTopics.files(Lang.EN));
    list("ENVIRONMENT", HelpTopics.environment(Lang.EN));
    seeAlso();
    return out.toString();
  }

  /** The end of the NAME line is no sentence (man-pages(7)). */
  private static String lower(String sentence) {
    String bare = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    return bare.substring(0, 1).toLowerCase(Locale.ROOT) + bare.substring(1);
  }

  private List<String> synopsis() {
    CommandLine.Help help =
        new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF));
    return help.synopsis(0).lines().toList();
  }

  private void commands() {
    if (line.getSubcommands().isEmpty()) {
      return;
    }
    out.section("COMMANDS");
    line.getSubcommands()
        .forEach(
            (name, sub) -> {
              out.item().bold(ManPage.name(sub)).plain("(1)").end();
              out.text(CommandTexts.summary(sub.getCommandSpec()));
            });
  }

  private void arguments() {
    List<PositionalParamSpec> parameters = command.positionalParameters();
    if (!parameters.isEmpty()) {
      out.section("ARGUMENTS");
      for (PositionalParamSpec parameter : parameters) {
        out.item().italic(parameter.paramLabel()).end();
        Arrays.stream(parameter.description()).forEach(out::text);
      }
    }
    out.section("OPTIONS");
    for (OptionSpec option : sorted(command.options())) {
      out.item();
      String between = "";
      for (String name : option.names()) {
        out.plain(between).bold(name);
        between = ", ";
      }
      if (CompletionValues.takesValue(option)) {
        out.plain(option.longestName().startsWith("--") ? "=" : " ").italic(option.paramLabel());
      }
      out.end();
      Arrays.stream(option.description()).forEach(out::text);
    }
  }

  private static List<OptionSpec> sorted(List<OptionSpec> options) {
    List<OptionSpec> all = new ArrayList<>(options);
    all.sort((a, b) -> a.longestName().compareTo(b.longestName()));
    return all;
  }

  private void examples() {
    List<CommandTexts.Example> examples = CommandTexts.examples(command);
    if (!examples.isEmpty()) {
      out.section("EXAMPLES");
      for (CommandTexts.Example example : examples) {
        if (!example.why().equals("Example")) {
          out.text(example.why() + ":");
        }
        out.code(List.of(example.line()));
      }
    }
  }

  private void exitStatus() {
    list("EXIT STATUS", HelpTopics.exitCodes(Lang.EN));
    String own = CommandTexts.exitCodes(command);
    if (!own.isEmpty() && line.getParent() != null) {
      out.paragraph().text("Here: " + own + ".");
    }
  }

  private void list(String section, Map<String, String> entries) {
    out.section(section);
    entries.forEach(
        (word, sentence) -> {
          out.item().bold(word).end();
          out.text(sentence);
        });
  }

  private void seeAlso() {
    List<CommandLine> related = new ArrayList<>();
    CommandLine parent = line.getParent();
    if (parent != null) {
      related.add(parent);
      related.addAll(parent.getSubcommands().values());
      related.remove(line);
    }
    related.addAll(line.getSubcommands().values());
    out.section("SEE ALSO");
    for (int i = 0; i < related.size(); i++) {
      boolean last = i == related.size() - 1;
      out.reference(name(related.get(i)), last ? "" : ",");
    }
  }
}
