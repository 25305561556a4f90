package dev.acp.stage;

import dev.acp.FakePrograms;
import dev.acp.value.Quote;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A folder that a script of res/actions or res/goals takes for a node: its absolute paths lead into
 * it, and PATH holds nothing but a few plain tools and the fakes of the test.
 */
final class ShellBench {
  /** The shells that nodes have: dash, bash as sh, busybox. */
  static final List<String> SHELLS = List.of("/bin/sh", "dash", "busybox sh");

  private static final List<String> TOOLS =
      List.of(
          "awk",
          "base64",
          "cat",
          "date",
          "grep",
          "head",
          "mkdir",
          "mv",
          "rm",
          "sed",
          "sh",
          "sha256sum",
          "sleep",
          "sort",
          "tail",
          "timeout",
          "wc");

  /** How a script ended. */
  record Ended(int exit, String out, String err) {
    /** As the recorder takes it: done, absent, partial, or that it cannot be told. */
    String seen() {
      String word = out.strip();
      return exit == 0 && List.of("done", "absent", "partial").contains(word)
          ? word
          : "cannot tell";
    }
  }

  private final Path root;
  private final String shell;
  private final Path bin;

  ShellBench(Path root, String shell) throws IOException {
    this.root = root;
    this.shell = shell;
    this.bin = Files.createDirectories(root.resolve("bin"));
    FakePrograms.real(bin, TOOLS);
    // what this machine has in memory is nothing to wait for here
    fake("sync", "exit 0");
  }

  /** A program of the node, by the lines of a shell script; "$*" is how it was called. */
  ShellBench fake(String name, String script) throws IOException {
    FakePrograms.write(bin, name, script);
    return this;
  }

  ShellBench without(String tool) throws IOException {
    Files.deleteIfExists(bin.resolve(tool));
    return this;
  }

  /** What setup puts there for the actions that run kubeadm. */
  ShellBench withJoin() throws IOException {
    for (String name : List.of("join.sh", "half-written.sh")) {
      file("/etc/kubernetes/acp/" + name, here(Files.readString(Path.of("res/kube", name))));
    }
    return this;
  }

  /** A script for which this node's folders are the machine's. */
  private String here(String script) {
    String text = script;
    for (String top : List.of("/etc/kubernetes", "/var/lib/", "/run/containerd/", "/proc/[0-9]")) {
      text = text.replace(top, at(top.replaceAll("/$", "")) + (top.endsWith("/") ? "/" : ""));
    }
    return text;
  }

  /** A file of the node. */
  ShellBench file(String path, String text) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Files of the node that hold the same. */
  ShellBench files(String text, List<String> paths) throws IOException {
    for (String path : paths) {
      file(path, text);
    }
    return this;
  }

  /** A socket of the node, where something listened. */
  ShellBench socket(String path) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.getParent());
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(file));
    }
    return this;
  }

  Path at(String path) {
    return root.resolve("node" + path);
  }

  /** Runs a script below res/ with these arguments. */
  Ended run(String script, String... args) throws IOException {
    return run(script, Files.readString(Path.of("res", script)), args);
  }

  private Ended run(String script, String original, String[] args) throws IOException {
    List<String> command = new ArrayList<>();
    String[] words = shell.split(" ", -1);
    command.add(
        words[0].startsWith("/") ? words[0] : FakePrograms.find(words[0]).orElseThrow().toString());
    command.addAll(List.of(words).subList(1, words.length));
    command.add("-s");
    Path out = root.resolve("out");
    Path err = root.resolve("err");
    Path in = Files.writeString(root.resolve("in"), "");
    Path file =
        Files.writeString(
            root.resolve("script"), "set -- " + Quote.words(List.of(args)) + "\n" + here(original));
    // the script comes from standard input, as on a node; what it asks there is empty
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(file.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("HOME", in.getParent().toString());
    try {
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(script + " did not end");
      }
      return new Ended(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What the recorder would see of an action. It runs the script inside an "or" list, in which a
   * shell forgets set -e; so each is run in both ways, and the lenient one may never say more.
   */
  String observe(String action, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("observe"));
    all.addAll(List.of(args));
    String[] words = all.toArray(String[]::new);
    String seen = run("actions/" + action, words).seen();
    String text = Files.readString(Path.of("res/actions", action));
    String lenient =
        run(action, "look() {\n(\n" + text + "\n)\n}\nlook \"$@\" || exit $?\n", words).seen();
    if (seen.equals("cannot tell") ? lenient.equals("done") : !lenient.equals(seen)) {
      throw new AssertionError(action + " says " + seen + ", but without set -e " + lenient);
    }
    return seen;
  }

  boolean reached(String goal, String... args) throws IOException {
    return run("goals/" + goal, args).exit() == 0;
  }

  @Override
  public String toString() {
    return shell.toLowerCase(Locale.ROOT);
  }
}
