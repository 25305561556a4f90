package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.value.Columns;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What each command says of itself; a changed option shows here. */
class HelpTest {
  private static String help(List<String> command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> args = new ArrayList<>(command);
    args.add("--help");
    int exit =
        Acp.run(
            args.toArray(String[]::new),
            new Console(new PrintWriter(out), new PrintWriter(err), Map.of("CI", "1")));
    assertThat(exit).as(command + err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    return out.toString();
  }

  /** Every command, by its words. */
  private static Map<List<String>, CommandLine> commands() {
    Map<List<String>, CommandLine> all =
        new TreeMap<>((a, b) -> String.join(" ", a).compareTo(String.join(" ", b)));
    StringWriter nothing = new StringWriter();
    collect(
        List.of(),
        Acp.commandLine(new Console(new PrintWriter(nothing), new PrintWriter(nothing), Map.of())),
        all);
    return all;
  }

  private static void collect(
      List<String> words, CommandLine line, Map<List<String>, CommandLine> all) {
    all.put(words, line);
    line.getSubcommands()
        .forEach(
            (name, sub) -> {
              List<String> deeper = new ArrayList<>(words);
              deeper.add(name);
              collect(deeper, sub, all);
            });
  }

  @Test
  void theHelpOfEveryCommandIsThis() throws IOException {
    assertThat(commands().keySet()).hasSize(24);
    for (List<String> command : commands().keySet()) {
      String name = command.isEmpty() ? "acp" : String.join("-", command);
      GoldenFile.check("cli/" + name + ".txt", help(command));
    }
  }

  @Test
  void everyHelpHasAnExampleThatCallsThisCommand() {
    for (List<String> command : commands().keySet()) {
      String wanted = command.isEmpty() ? "acp " : "acp " + String.join(" ", command);
      assertThat(help(command)).containsPattern("Example: +" + wanted);
    }
  }

  @Test
  void everyCommandsFirstLineIsAWholeShortSentenceAndStandsWholeInTheList() {
    commands()
        .forEach(
            (words, line) -> {
              String first = line.getCommandSpec().usageMessage().description()[0];
              assertThat(first).as(words.toString()).endsWith(".").hasSizeLessThanOrEqualTo(75);
              if (!words.isEmpty()) {
                assertThat(help(words.subList(0, words.size() - 1))).contains(first);
              }
            });
  }

  private static String said(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    Acp.run(args, new Console(new PrintWriter(out), new PrintWriter(out), environment));
    return out.toString();
  }

  @Test
  void helpOfACommandIsTheSameByEitherWay() {
    for (List<String> command : commands().keySet()) {
      List<String> args = new ArrayList<>(List.of("help"));
      args.addAll(command);
      assertThat(said(Map.of(), args.toArray(String[]::new))).isEqualTo(help(command));
    }
  }

  @Test
  void everyCommandHasItsFirstSentenceInChinese() {
    String chinese = "\\p{IsHan}";
    for (List<String> command : commands().keySet()) {
      List<String> args = new ArrayList<>(command);
      args.addAll(List.of("--lang", "zh", "--help"));
      String help = said(Map.of(), args.toArray(String[]::new));
      assertThat(help).startsWith("用法：acp");
      List<String> lines =
          help.lines().dropWhile(l -> l.startsWith("用法") || l.startsWith("  ")).toList();
      assertThat(lines.get(0)).as(command.toString()).containsPattern(chinese).endsWith("。");
    }
    String all = said(Map.of("LANG", "zh_CN.UTF-8"), "help");
    assertThat(all).contains("命令：", "逐个阶段安装 global 集群。");
  }

  @Test
  void theTopicsAreToldInLinesThatFitAndInBothLanguages() throws IOException {
    for (String topic : HelpTopics.NAMES) {
      for (String lang : List.of("en", "zh")) {
        String said = said(Map.of("ACP_LANG", lang), "help", topic);
        GoldenFile.check("cli/topic-" + topic + "-" + lang + ".txt", said);
        assertThat(said.lines()).allMatch(line -> Columns.of(line) <= 80);
      }
    }
    assertThat(said(Map.of(), "help", "exit-codes"))
        .contains("\n3    A signature", "\n130  Interrupted");
  }

  @Test
  void anUnknownTopicIsToldWithThoseThatAre() {
    assertThat(said(Map.of(), "help", "exitcodes")).contains("exit-codes", "sync-images", "Next:");
    assertThat(said(Map.of(), "help", "package", "x")).contains("acp package has no command x");
  }

  @Test
  void noLineOfAHelpIsWiderThanATerminal() {
    for (List<String> command : commands().keySet()) {
      assertThat(help(command).lines()).allMatch(line -> line.length() <= 100);
    }
  }
}
