package dev.acp.cli;

import dev.acp.fault.Texts;
import dev.acp.value.Columns;
import dev.acp.value.Lang;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The words of a command's help: its parts, for what is made from them, and its headings and first
 * sentence in the language chosen. The English sentences stand in the commands themselves.
 */
final class CommandTexts {
  private static final Pattern EXAMPLE = Pattern.compile("(.*): +((acp|source <\\(acp) .*)");
  private static final String EXIT_CODES = "Exit codes:";

  private CommandTexts() {}

  /** An example with what it is for. */
  record Example(String why, String line) {}

  /** Makes every help speak the console's language, which an option on the same line may choose. */
  static void speak(CommandLine root, Console console) {
    root.setHelpFactory(
        (spec, colors) -> {
          translate(spec, console.lang());
          return new CommandLine.Help(spec, colors);
        });
  }

  private static void translate(CommandSpec spec, Lang lang) {
    Texts texts = Texts.of(lang);
    UsageMessageSpec usage = spec.usageMessage();
    String heading = texts.get("help.usage") + (lang == Lang.EN ? " " : "");
    usage.synopsisHeading(heading);
    // picocli counts the heading's characters, where its columns are meant
    usage
        .sectionMap()
        .put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, help -> help.synopsis(Columns.of(heading)));
    usage.commandListHeading(texts.get("help.commands") + "%n");
    String key = key(spec);
    if (texts.has(key) && usage.description().length > 0) {
      String[] translated = usage.description().clone();
      translated[0] = texts.get(key);
      usage.description(translated);
    }
  }

  /** Only languages other than English have it. */
  static String key(CommandSpec spec) {
    return "command." + spec.qualifiedName("-") + ".summary";
  }

  /** Its first sentence. */
  static String summary(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }

  static List<Example> examples(CommandSpec command) {
    return Arrays.stream(command.usageMessage().footer())
        .map(EXAMPLE::matcher)
        .filter(Matcher::matches)
        .map(m -> new Example(m.group(1), m.group(2)))
        .toList();
  }

  /** What its footer says besides, without the exit codes. */
  static List<String> notes(CommandSpec command) {
    return Arrays.stream(command.usageMessage().footer())
        .takeWhile(line -> !line.startsWith(EXIT_CODES))
        .filter(line -> !line.isEmpty() && !EXAMPLE.matcher(line).matches())
        .toList();
  }

  /** What its footer says of its own exit codes, or nothing. */
  static String exitCodes(CommandSpec command) {
    List<String> lines =
        Arrays.stream(command.usageMessage().footer())
            .dropWhile(line -> !line.startsWith(EXIT_CODES))
            .toList();
    return String.join(" ", lines).replaceFirst(EXIT_CODES, "").strip().replaceAll(" +", " ");
  }
}
