package dev.acp.pack;

import dev.acp.archive.EntryName;
import dev.acp.fault.Problems;
import dev.acp.file.Content;
import dev.acp.pack.PackageSpec.From;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Collects a package's files by their path in the bundle; what is missing becomes a problem. */
final class Inputs {
  /** A file of the package to be. */
  record Input(Content content, int mode) {}

  private static final int PLAIN = 0644;
  private static final int PROGRAM = 0755;

  private final Path root;
  private final Problems problems;
  private final SortedMap<String, Input> files = new TreeMap<>();
  private final Map<String, String> spelling = new HashMap<>();

  Inputs(Path root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  SortedMap<String, Input> files() {
    return files;
  }

  Path path(From from) {
    return root.resolve(from.path());
  }

  /** True if the folder is there; otherwise a problem on the line that names it. */
  boolean folder(From from) {
    if (Files.isDirectory(path(from))) {
      return true;
    }
    problems.add(
        from.line(), "the folder " + path(from) + " does not exist", "relative to --root " + root);
    return false;
  }

  /** True if the folder holds this file; otherwise a problem. */
  boolean holds(From from, String name) {
    if (Files.isRegularFile(path(from).resolve(name))) {
      return true;
    }
    problems.add(from.line(), path(from) + " holds no " + name, "");
    return false;
  }

  /** Every file below a folder, under target. An empty folder is a problem: it is a slip. */
  void addFolder(From from, String target) {
    if (!folder(from)) {
      return;
    }
    Path folder = path(from);
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> found =
          all.filter(p -> !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)).sorted().toList();
      if (found.isEmpty()) {
        problems.add(from.line(), folder + " is empty", "");
      }
      for (Path file : found) {
        add(from, file, target + "/" + folder.relativize(file));
      }
    } catch (IOException e) {
      problems.add(from.line(), folder + " cannot be read: " + e, "");
    }
  }

  /** A link to a file is taken as that file: an archive of acp holds no links. */
  private void add(From from, Path file, String target) throws IOException {
    if (!Files.isRegularFile(file)) {
      problems.add(
          from.line(), file + " is neither a file nor a link to one", "files and folders only");
      return;
    }
    Content content = Content.ofFile(file, Bytes.of(Files.size(file)), Digest.ofFile(file));
    put(from.line(), target, new Input(content, Files.isExecutable(file) ? PROGRAM : PLAIN));
  }

  void add(String target, Content content) {
    put(0, target, new Input(content, target.endsWith(".sh") ? PROGRAM : PLAIN));
  }

  private void put(int line, String target, Input input) {
    String problem = EntryName.problem(target);
    if (!problem.isEmpty()) {
      problems.add(line, "the name " + target + " " + problem, "");
    }
    String before = spelling.putIfAbsent(EntryName.collisionKey(target), target);
    if (before != null && !before.equals(target)) {
      problems.add(line, target + " and " + before + " differ by case only", "");
    }
    files.put(target, input);
  }
}
