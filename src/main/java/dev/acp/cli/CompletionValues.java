package dev.acp.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What may stand after an option, or as a parameter, as far as a shell can complete it.
 *
 * @param words those of kind WORDS
 */
record CompletionValues(Kind kind, List<String> words, String label, boolean list) {
  /** How a shell finds candidates. */
  enum Kind {
    /** A flag: nothing comes after it. */
    NONE,
    FILES,
    FOLDERS,
    WORDS,
    /** Something that no shell can know. */
    ANYTHING
  }

  CompletionValues {
    words = List.copyOf(words);
  }

  static CompletionValues of(ArgSpec arg) {
    String label = arg.paramLabel();
    boolean list = !arg.splitRegex().isEmpty();
    if (arg.arity().max() == 0) {
      return new CompletionValues(Kind.NONE, List.of(), label, false);
    }
    if (arg.completionCandidates() != null) {
      List<String> words = new ArrayList<>();
      arg.completionCandidates().forEach(words::add);
      return new CompletionValues(Kind.WORDS, words, label, list);
    }
    if (arg.auxiliaryTypes().length > 0 && arg.auxiliaryTypes()[0] == Path.class) {
      Kind kind = label.startsWith("DIR") ? Kind.FOLDERS : Kind.FILES;
      return new CompletionValues(kind, List.of(), label, false);
    }
    return new CompletionValues(Kind.ANYTHING, List.of(), label, list);
  }

  static boolean takesValue(OptionSpec option) {
    return of(option).kind() != Kind.NONE;
  }
}
