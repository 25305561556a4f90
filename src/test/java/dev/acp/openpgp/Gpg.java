package dev.acp.openpgp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The machine's real gpg with a home of its own. */
public final class Gpg implements AutoCloseable {
  /** Exit code and everything it said. */
  public record Said(int exit, String text) {}

  private final Path home;
  private String time = "";

  public Gpg() {
    try {
      // short, since the agent's socket path has at most 107 bytes
      home = Files.createTempDirectory(Path.of("/tmp"), "acpgpg");
      home.toFile().setReadable(false, false);
      Files.setPosixFilePermissions(
          home, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path home() {
    return home;
  }

  /** From now on gpg takes it to be this time: 20240131T000000. */
  public Gpg at(String when) {
    time = when;
    return this;
  }

  public Said tryRun(String input, String... args) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "gpg",
                "--homedir",
                home.toString(),
                "--no-tty",
                "--yes",
                "--passphrase",
                "",
                "--pinentry-mode",
                "loopback"));
    if (!List.of(args).contains("--command-fd")) {
      all.add("--batch");
    }
    if (!time.isEmpty()) {
      all.add("--faked-system-time");
      all.add(time + "!");
    }
    all.addAll(List.of(args));
    try {
      Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(60, TimeUnit.SECONDS);
      return new Said(process.exitValue(), said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public String run(String... args) {
    Said said = tryRun("", args);
    if (said.exit() != 0) {
      throw new IllegalStateException("gpg " + List.of(args) + ": " + said.text());
    }
    return said.text();
  }

  /** Makes a key without passphrase and gives its fingerprint. */
  public String key(String name, String algorithm, String usage, String expires) {
    run("--quick-gen-key", name, algorithm, usage, expires);
    return fingerprint(name);
  }

  public String fingerprint(String name) {
    return run("--with-colons", "--list-keys", name)
        .lines()
        .filter(l -> l.startsWith("fpr:"))
        .findFirst()
        .orElseThrow()
        .split(":", -1)[9];
  }

  public Path publicKey(String name, Path file) {
    run("--armor", "--output", file.toString(), "--export", name);
    return file;
  }

  public Path secretKey(String name, Path file) {
    run("--armor", "--output", file.toString(), "--export-secret-keys", name);
    return file;
  }

  /** Signs; more holds options such as --digest-algo SHA1. */
  public Path sign(String name, Path data, Path signature, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(
        List.of(
            "--local-user",
            name,
            "--output",
            signature.toString(),
            "--detach-sign",
            data.toString()));
    run(args.toArray(new String[0]));
    return signature;
  }

  /** The status lines of gpg --verify. */
  public Said verify(Path signature, Path data) {
    return tryRun("", "--status-fd", "1", "--verify", signature.toString(), data.toString());
  }

  @Override
  public void close() {
    try {
      new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "gpg-agent")
          .start()
          .waitFor();
      // the agent takes its sockets away while it ends, so a file may be gone before it is looked
      // at
      for (int tries = 0; !emptied(); tries++) {
        if (tries == 50) {
          throw new IllegalStateException(home + " cannot be emptied");
        }
        Thread.sleep(20);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean emptied() throws IOException {
    try (var all = Files.walk(home)) {
      for (Path p : (Iterable<Path>) all.sorted(java.util.Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(p);
      }
      return true;
    } catch (java.nio.file.DirectoryNotEmptyException | UncheckedIOException e) {
      return false;
    }
  }
}
