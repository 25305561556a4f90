package dev.acp.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.archive.TarBytes;
import dev.acp.oci.Layouts;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two machines that make one package: the same inputs, and all else different. */
class DeterminismTest {
  @TempDir Path dir;
  private Path one;
  private Path two;

  @BeforeEach
  void inputs() throws IOException {
    one = dir.resolve("one");
    Specs.make(one);
    new Layouts(one.resolve("images/b")).real("platform/b:1", layer("b")).write();
    new Layouts(one.resolve("images/a")).real("platform/pause:3.9", layer("a")).write();
    for (String gone : List.of("oci-layout", "index.json")) {
      Files.delete(one.resolve("images").resolve(gone));
    }
    remove(one.resolve("images/blobs"));
    for (String name : List.of("ä.txt", "I.txt", "B", "a", "c/d/e", "c.d")) {
      Path file = one.resolve("res/more").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    two = dir.resolve("two/elsewhere");
    copyBackwards();
  }

  private static byte[] layer(String text) {
    return new TarBytes().file(text, text).end().bytes();
  }

  private static List<Path> tree(Path top) throws IOException {
    try (Stream<Path> all = Files.walk(top)) {
      return new ArrayList<>(all.sorted().toList());
    }
  }

  private static void remove(Path top) throws IOException {
    List<Path> all = tree(top);
    Collections.reverse(all);
    for (Path path : all) {
      Files.delete(path);
    }
  }

  /** In another order, at other times, with other permissions for all but the owner. */
  private void copyBackwards() throws IOException {
    List<Path> all = tree(one);
    Collections.reverse(all);
    for (Path from : all) {
      Path to = two.resolve(one.relativize(from).toString());
      if (!Files.isRegularFile(from)) {
        continue;
      }
      Files.createDirectories(to.getParent());
      Files.write(to, Files.readAllBytes(from));
      Files.setLastModifiedTime(to, FileTime.from(Instant.ofEpochSecond(1_000_000)));
      Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rw-------");
      if (Files.getPosixFilePermissions(from).contains(PosixFilePermission.OWNER_EXECUTE)) {
        mode.add(PosixFilePermission.OWNER_EXECUTE);
      }
      Files.setPosixFilePermissions(to, mode);
    }
  }

  /** In a JVM of its own, as only that has a locale, a time zone and an umask of its own. */
  private Path build(Path inputs, Path out, String umask, List<String> environment, String... java)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("env"));
    command.addAll(environment);
    command.addAll(List.of("sh", "-c", "umask " + umask + "; exec \"$0\" \"$@\""));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(java));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.acp.cli.Acp"));
    command.addAll(
        List.of("package", "build", inputs.resolve("spec.yaml").toString(), "-o", out.toString()));
    Path log = dir.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(() -> text(log)).isZero();
    return out;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".tar", ".tar.gz", ".tar.zst"})
  void theyMakeTheSameFile(String ending) throws Exception {
    Path here =
        build(one, dir.resolve("here" + ending), "022", List.of("LC_ALL=C.UTF-8", "TZ=UTC"));
    Path there =
        build(
            two,
            dir.resolve("there" + ending),
            "077",
            List.of("LC_ALL=C.UTF-8", "LANG=tr_TR.UTF-8", "TZ=Asia/Shanghai"),
            "-Duser.language=tr",
            "-Duser.country=TR",
            "-Dline.separator=\r\n");
    assertThat(Digest.ofFile(there)).isEqualTo(Digest.ofFile(here));
    // and it is no empty promise: one byte of one input is seen
    Files.writeString(two.resolve("res/more/a"), "b");
    Path other =
        build(two, dir.resolve("other" + ending), "022", List.of("LC_ALL=C.UTF-8", "TZ=UTC"));
    assertThat(Digest.ofFile(other)).isNotEqualTo(Digest.ofFile(here));
  }

  @Test
  void aLocaleThatCannotReadANameSaysSo() throws Exception {
    Path out = dir.resolve("posix.tar");
    try {
      build(one, out, "022", List.of("LC_ALL=C", "TZ=UTC"));
      throw new AssertionError("was taken");
    } catch (AssertionError e) {
      assertThat(e).hasMessageContaining("cannot be read in this locale (LC_ALL=C.UTF-8 can)");
    }
    assertThat(out).doesNotExist();
  }
}
