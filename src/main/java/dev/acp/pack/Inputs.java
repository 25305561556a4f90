package dev.acp.pack;

import dev.acp.archive.EntryName;
import dev.acp.bundle.Manifest;
import dev.acp.event.Stop;
import dev.acp.fault.Problems;
import dev.acp.file.Content;
import dev.acp.pack.PackageSpec.From;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Collects a package's files by their path in the bundle; what is missing becomes a problem. Two
 * specs of one package have one each, over the same files.
 */
final class Inputs {
  /**
   * A file of the package to be.
   *
   * @param origin where it comes from, for messages
   */
  record Input(Content content, int mode, String origin) {
    boolean sameAs(Input other) {
      return mode == other.mode && content.digest().equals(other.content.digest());
    }
  }

  private static final Set<String> RESERVED = Set.of(Manifest.NAME, Manifest.SIGNATURE);

  private static final int PLAIN = 0644;
  private static final int PROGRAM = 0755;

  private final Path root;
  private final Problems problems;
  private final Stop stop;
  private final Set<String> own = new TreeSet<>();
  private final SortedMap<String, Input> files;
  private final Map<String, Input> folders;
  private final Map<String, String> spelling;

  Inputs(Path root, Problems problems, Stop stop) {
    this.stop = stop;
    this.root = root;
    this.problems = problems;
    this.files = new TreeMap<>();
    this.folders = new HashMap<>();
    this.spelling = new HashMap<>();
  }

  /** Adds a second spec's files to those of a first. */
  Inputs(Path root, Problems problems, Inputs first) {
    this.stop = first.stop;
    this.root = root;
    this.problems = problems;
    this.files = first.files;
    this.folders = first.folders;
    this.spelling = first.spelling;
  }

  /** Everything, also what another spec has added. */
  SortedMap<String, Input> files() {
    return files;
  }

  /** The paths that this spec has added. */
  Set<String> own() {
    return own;
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
    addTree(from, target + "/");
  }

  /** Every file below a folder, as the bundle's own top level. */
  void addTop(From from) {
    addTree(from, "");
  }

  private void addTree(From from, String prefix) {
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
        stop.check();
        add(from, file, prefix + folder.relativize(file));
      }
    } catch (IOException | UncheckedIOException e) {
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
    put(from.line(), target, new Input(content, mode(file), file.toString()));
  }

  /** By the owner's bit alone, so that neither umask nor who builds makes a difference. */
  private static int mode(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE)
        ? PROGRAM
        : PLAIN;
  }

  /** A file that acp makes, such as those of the merged image layout. */
  void add(String target, Content content, String origin) {
    put(0, target, new Input(content, PLAIN, origin));
  }

  /** One of acp's own files, unless the spec has laid another over it. */
  void addBelow(String target, Content content) {
    if (!own.contains(target)) {
      int mode = target.endsWith(".sh") ? PROGRAM : PLAIN;
      put(0, target, new Input(content, mode, "acp's own " + target));
    }
  }

  /** Equal files from two folders are one; different ones under one name are a problem. */
  private void put(int line, String target, Input input) {
    String problem =
        target.contains("\uFFFD")
            ? "cannot be read in this locale (LC_ALL=C.UTF-8 can)"
            : EntryName.problem(target);
    if (!problem.isEmpty()) {
      problems.add(line, "the name " + target + " " + problem, "");
      return;
    }
    if (RESERVED.contains(target)) {
      problems.add(line, input.origin() + " would be " + target + ", which acp writes itself", "");
      return;
    }
    for (int i = target.indexOf('/'); i > 0; i = target.indexOf('/', i + 1)) {
      String folder = target.substring(0, i);
      spelled(line, folder);
      folders.putIfAbsent(folder, input);
      apart(line, folder);
    }
    spelled(line, target);
    own.add(target);
    Input before = files.putIfAbsent(target, input);
    if (before != null && !before.sameAs(input)) {
      problems.add(
          line,
          before.origin()
              + " and "
              + input.origin()
              + " differ"
              + (before.mode() == input.mode() ? "" : " in who may execute them")
              + ", but both would be "
              + target,
          "");
    }
    apart(line, target);
  }

  private void spelled(int line, String path) {
    String before = spelling.putIfAbsent(EntryName.collisionKey(path), path);
    if (before != null && !before.equals(path)) {
      problems.add(line, path + " and " + before + " differ by case only", "");
    }
  }

  private void apart(int line, String path) {
    Input file = files.get(path);
    Input folder = folders.get(path);
    if (file != null && folder != null) {
      problems.add(
          line,
          path + " would be a file, " + file.origin() + ", and a folder with " + folder.origin(),
          "");
    }
  }
}
