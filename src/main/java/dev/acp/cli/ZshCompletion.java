package dev.acp.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Tab completion for zsh by its own means (zshcompsys(1), _arguments), with each option's first
 * sentence. Works as a file _acp in fpath and when it is sourced.
 */
final class ZshCompletion {
  private final StringBuilder out = new StringBuilder();

  private ZshCompletion() {}

  static String of(CommandLine root) {
    ZshCompletion made = new ZshCompletion();
    made.out.append("#compdef acp\n# Tab completion of acp for zsh, made by: acp completion zsh\n");
    made.function(root);
    made.out.append(
        """

        if [ "${funcstack[1]}" = _acp ]; then
          _acp "$@"
        else
          (( $+functions[compdef] )) || { autoload -U compinit && compinit }
          compdef _acp acp
        fi
        """);
    return made.out.toString();
  }

  private static String name(CommandLine line) {
    return "_" + line.getCommandSpec().qualifiedName("_").replace('-', '_');
  }

  private static Map<String, CommandLine> commands(CommandLine line) {
    return new LinkedHashMap<>(line.getSubcommands());
  }

  private void function(CommandLine line) {
    Map<String, CommandLine> commands = commands(line);
    List<String> specs = new ArrayList<>();
    line.getCommandSpec().options().forEach(option -> option(option, specs));
    if (commands.isEmpty()) {
      line.getCommandSpec().positionalParameters().forEach(p -> specs.add(parameter(p)));
    } else {
      specs.add("'1: :->command'");
      specs.add("'*:: :->rest'");
    }
    out.append("\n").append(name(line)).append("() {\n");
    out.append("  local curcontext=$curcontext state line\n  typeset -A opt_args\n");
    out.append("  _arguments -C -s -S \\\n    ");
    out.append(String.join(" \\\n    ", specs)).append(" && return\n");
    if (!commands.isEmpty()) {
      choice(commands);
    }
    out.append("}\n");
    commands.values().forEach(this::function);
  }

  private void choice(Map<String, CommandLine> commands) {
    out.append("  local -a commands=(\n");
    commands.forEach(
        (name, sub) -> out.append("    '" + colons(name) + ":" + colons(first(sub)) + "'\n"));
    out.append("  )\n  case $state in\n  command) _describe command commands ;;\n  rest)\n");
    out.append("    case $line[1] in\n");
    commands.forEach((name, sub) -> out.append("    " + name + ") " + name(sub) + " ;;\n"));
    out.append("    esac\n    ;;\n  esac\n");
  }

  private static String first(CommandLine line) {
    return CommandTexts.summary(line.getCommandSpec());
  }

  private static void option(OptionSpec option, List<String> specs) {
    String[] description = option.description();
    String told = "[" + brackets(description.length == 0 ? "" : description[0]) + "]";
    CompletionValues values = CompletionValues.of(option);
    boolean flag = values.kind() == CompletionValues.Kind.NONE;
    String others = option.isMultiValue() ? "*" : "(" + String.join(" ", option.names()) + ")";
    for (String name : option.names()) {
      String takes = flag ? "" : name.startsWith("--") ? "=" : "+";
      specs.add("'" + others + name + takes + told + (flag ? "" : value(values)) + "'");
    }
  }

  private static String parameter(PositionalParamSpec parameter) {
    String which = parameter.index().isVariable() || parameter.arity().max() > 1 ? "*" : "";
    return "'" + which + value(CompletionValues.of((ArgSpec) parameter)) + "'";
  }

  private static String value(CompletionValues values) {
    return ":"
        + brackets(values.label())
        + ":"
        + switch (values.kind()) {
          case FILES -> "_files";
          case FOLDERS -> "_files -/";
          case WORDS ->
              values.list()
                  ? "_values -s , value " + String.join(" ", values.words())
                  : "(" + String.join(" ", values.words()) + ")";
          case NONE, ANYTHING -> "";
        };
  }

  /** For between [ and ], and for a label: those and colons are special there. */
  private static String brackets(String text) {
    return quotes(text).replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String colons(String text) {
    return quotes(text).replace(":", "\\:");
  }

  private static String quotes(String text) {
    return text.replace("\\", "\\\\").replace("'", "'\\''");
  }
}
