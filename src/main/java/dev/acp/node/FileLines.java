package dev.acp.node;

import dev.acp.node.FileFacts.Disk;
import dev.acp.node.FileFacts.Mount;
import dev.acp.value.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the lines of single tools and files about disks, mounts and packages; empty where they make
 * no sense.
 */
final class FileLines {
  private FileLines() {}

  static Optional<Disk> disk(List<String> lines) {
    if (lines.size() < 2) {
      return Optional.empty();
    }
    List<String> words = FactLines.words(lines.get(lines.size() - 1));
    int n = words.size();
    return Optional.of(
        new Disk(
            words.get(0),
            Bytes.kib(Long.parseLong(words.get(n - 5))),
            Bytes.kib(Long.parseLong(words.get(n - 3))),
            words.get(n - 1)));
  }

  static List<Mount> mounts(List<String> lines) {
    List<Mount> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = FactLines.words(line);
      if (words.size() >= 4) {
        List<String> options = List.of(words.get(3).split(",", -1));
        all.add(new Mount(words.get(0), words.get(1), words.get(2), options));
      }
    }
    return List.copyOf(all);
  }

  /** dpkg's lines carry a state, of which ii is installed; rpm's are names only. */
  static List<String> packages(List<String> lines) {
    List<String> all = new ArrayList<>();
    for (String line : lines) {
      List<String> words = FactLines.words(line);
      if (words.size() == 1) {
        all.add(words.get(0));
      } else if (words.size() == 2 && words.get(0).startsWith("ii")) {
        all.add(words.get(1));
      }
    }
    return List.copyOf(all);
  }

  static List<String> snaps(List<String> lines) {
    return lines.stream()
        .filter(l -> !l.isBlank() && !l.startsWith("Name ") && !l.startsWith("No snaps"))
        .map(l -> FactLines.words(l).get(0))
        .toList();
  }
}
