package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.acp.archive.TarBytes;
import dev.acp.bundle.BundleVerifier;
import dev.acp.bundle.PackageVerifier;
import dev.acp.bundle.Packages;
import dev.acp.bundle.Unpacker;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, killed or interrupted before each change that they make to the file system. */
class KilledTest {
  private static final int KILLED = 137;
  private static final int INTERRUPTED = 130;

  /** More changes than any of these commands makes; the loop ends when a run was left alone. */
  private static final int MANY = 60;

  @TempDir Path dir;
  private Packages packages;
  private Path file;
  private Path target;

  @BeforeEach
  void makePackage() throws IOException {
    assumeTrue(Strace.usable(), "no strace");
    packages = new Packages(Files.createDirectory(dir.resolve("keys")));
    file = packages.signed(dir.resolve("p.tar"), packages.good());
    target = dir.resolve("target");
  }

  private boolean verifies() {
    return new PackageVerifier(packages.trust, Clock.systemUTC())
        .verify(file, Optional.empty(), Progress.none(), new Stop())
        .good();
  }

  @Test
  void signingKilledAnywhereLeavesAPackageThatVerifies() throws Exception {
    byte[] before = Files.readAllBytes(file);
    boolean changed = false;
    int kills = 0;
    for (int nth = 1; nth < MANY; nth++) {
      Strace.Ended ended =
          Strace.killed(dir, nth, "package", "sign", file, "--key", packages.secretKey);
      assertThat(verifies()).as("killed before change " + nth + ": " + ended.said()).isTrue();
      changed |= !Arrays.equals(before, Files.readAllBytes(file));
      if (ended.code() == 0) {
        break;
      }
      assertThat(ended.code()).isEqualTo(KILLED);
      kills++;
    }
    assertThat(kills).isBetween(3, MANY - 2);
    assertThat(changed).isTrue();
    assertThat(dir.resolve(".p.tar.partial")).doesNotExist();
    assertThat(Files.size(dir.resolve("p.tar.sig"))).as("one signature").isLessThan(200);
  }

  private Strace.Ended unpack(int nth, String... more) throws Exception {
    List<Object> arguments =
        Stream.concat(
                Stream.<Object>of("unpack", file, "-C", target, "--key", packages.publicKey),
                Stream.of(more))
            .toList();
    return Strace.killed(dir, nth, arguments.toArray());
  }

  private boolean whole() {
    return new BundleVerifier(Optional.of(packages.trust), Clock.systemUTC())
        .verify(target, Progress.none(), new Stop())
        .good();
  }

  private List<Path> left() throws IOException {
    if (!Files.exists(target)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(target)) {
      return all.toList();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void nextRunCleansUp() throws IOException {
    new Unpacker(Clock.systemUTC(), v -> {})
        .unpack(
            new Unpacker.Request(
                file,
                target,
                Optional.empty(),
                Optional.of(() -> packages.trust),
                false,
                Version.of("0.1.0")),
            Progress.none(),
            new Stop());
    assertThat(left()).containsExactly(target.resolve("installer"));
    assertThat(whole()).isTrue();
  }

  @Test
  void unpackingKilledAnywhereLeavesNothingUnderItsNameAndTheNextRunCleansUp() throws Exception {
    int kills = 0;
    boolean hidden = false;
    int code = KILLED;
    for (int nth = 1; nth < MANY && code != 0; nth++) {
      code = unpack(nth).code();
      assertThat(code).isIn(0, KILLED);
      kills += code == 0 ? 0 : 1;
      if (Files.exists(target.resolve("installer"))) {
        assertThat(whole()).as("killed before change " + nth).isTrue();
      }
      hidden |= Files.exists(target.resolve(".acp-unpack-partial"));
      nextRunCleansUp();
      delete(target);
    }
    assertThat(kills).isBetween(5, MANY - 2);
    assertThat(hidden).isTrue();
  }

  @Test
  void replacingABundleKilledAnywhereLeavesTheOldOrTheNewOne() throws Exception {
    nextRunCleansUp();
    int kills = 0;
    int code = KILLED;
    for (int nth = 1; nth < MANY && code != 0; nth++) {
      code = unpack(nth, "--force").code();
      kills += code == 0 ? 0 : 1;
      nextRunCleansUp();
    }
    assertThat(kills).isBetween(5, MANY - 2);
  }

  /** Interrupted as soon as the partial folder holds so much: how far it then is, is chance. */
  @ParameterizedTest
  @ValueSource(strings = {"content", "content/manifest.yaml", "content/res/f10", "content/res/f30"})
  void unpackingInterruptedEndsWith130AndLeavesNothing(String seen) throws Exception {
    Map<String, String> files = new TreeMap<>();
    for (int i = 10; i < 50; i++) {
      files.put("res/f" + i, "x".repeat(2 << 20));
    }
    TarBytes tar = packages.head(files);
    files.forEach((path, content) -> tar.file("installer/" + path, content));
    packages.signed(file, tar.end().bytes());
    Process acp =
        new ProcessBuilder(
                "env",
                "--default-signal=INT,TERM,HUP",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.acp.cli.Acp",
                "unpack",
                file.toString(),
                "-C",
                target.toString(),
                "--key",
                packages.publicKey.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("said").toFile())
            .start();
    Path partial = target.resolve(".acp-unpack-partial");
    while (acp.isAlive()
        && !Files.exists(partial.resolve(seen))
        && !Files.exists(target.resolve("installer"))) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    new ProcessBuilder("kill", "-INT", "" + acp.pid()).start().waitFor();
    int code = acp.waitFor();
    if (Files.exists(target.resolve("installer"))) {
      // it came too late to stop anything
      assertThat(code).isIn(0, INTERRUPTED);
      assertThat(whole()).isTrue();
    } else {
      assertThat(code).as(Files.readString(dir.resolve("said"))).isEqualTo(INTERRUPTED);
      assertThat(left()).isEmpty();
    }
  }
}
