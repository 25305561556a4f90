package dev.acp.change;

import dev.acp.remote.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The recorder's lines "acp INDEX WORD DETAIL" in a command's output; anything else is noise. */
record Reply(List<Line> lines) {
  Reply {
    lines = List.copyOf(lines);
  }

  /**
   * One line.
   *
   * @param index of the change, from 1; 0 is the node itself
   */
  record Line(int index, String word, String detail) {}

  static Reply of(CommandResult result) {
    List<Line> lines = new ArrayList<>();
    for (String text : result.out().lines().toList()) {
      String[] part = text.split(" ", 4);
      if (part.length >= 3 && part[0].equals("acp") && part[1].matches("\\d{1,9}")) {
        lines.add(
            new Line(Integer.parseInt(part[1]), part[2], part.length > 3 ? part[3].strip() : ""));
      }
    }
    return new Reply(lines);
  }

  Optional<Line> first(int index, String word) {
    return lines.stream().filter(l -> l.index() == index && l.word().equals(word)).findFirst();
  }

  List<String> details(int index, String word) {
    return lines.stream()
        .filter(l -> l.index() == index && l.word().equals(word))
        .map(Line::detail)
        .toList();
  }

  /** What was seen of one change. */
  Seen seen(int index) {
    for (Line line : lines) {
      if (line.index() == index) {
        for (Seen.Word word : Seen.Word.values()) {
          if (word.name().equalsIgnoreCase(line.word())) {
            return new Seen(word, line.detail());
          }
        }
      }
    }
    return Seen.unknown("the recorder did not answer");
  }
}
