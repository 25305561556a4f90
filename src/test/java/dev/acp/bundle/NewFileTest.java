package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewFileTest {
  private static final int MIB = 1 << 20;

  @TempDir Path dir;
  private final WriteBehind memory = new WriteBehind();

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** In pieces that fit no block. */
  private void write(Path path, long size, byte[] content) throws IOException {
    try (NewFile file = new NewFile(path, size, memory)) {
      for (int at = 0; at < content.length; at += 300_001) {
        file.write(ByteBuffer.wrap(content, at, Math.min(300_001, content.length - at)));
      }
      file.flush();
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        4 * MIB - 1,
        4 * MIB,
        4 * MIB + 1,
        4 * MIB + (64 << 10),
        8 * MIB,
        9 * MIB + 4096,
        13 * MIB - 511
      })
  void whatIsWrittenIsThere(int size) throws IOException {
    write(dir.resolve("f"), size, random(size));
    assertThat(Files.readAllBytes(dir.resolve("f"))).isEqualTo(random(size));
  }

  @Test
  void oneBufferServesOneFileAfterAnotherAlsoAfterOneThatWasGivenUp() throws IOException {
    try (NewFile file = new NewFile(dir.resolve("given-up"), 5 * MIB, memory)) {
      file.write(ByteBuffer.wrap(random(4 * MIB + 77)));
    }
    assertThat(dir.resolve("given-up")).hasSize(4L * MIB);
    write(dir.resolve("next"), 3, random(3));
    assertThat(dir.resolve("next")).hasBinaryContent(random(3));
  }

  @Test
  void aFileThatIsThereIsNotTouched() throws IOException {
    Files.writeString(dir.resolve("f"), "before");
    assertThatThrownBy(() -> new NewFile(dir.resolve("f"), 8 * MIB, memory))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.createSymbolicLink(dir.resolve("link"), dir.resolve("nowhere"));
    assertThatThrownBy(() -> new NewFile(dir.resolve("link"), 8 * MIB, memory))
        .isInstanceOf(FileSystemException.class);
    assertThat(dir.resolve("f")).hasContent("before");
    assertThat(dir.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aLargeFileGoesPastTheCacheWhereTheFileSystemCan() throws IOException {
    Path file = dir.resolve("f");
    write(file, 8 * MIB, random(8 * MIB));
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/fincore")), "no fincore here");
    assumeTrue(
        Stream.of("ext2/ext3", "ext4", "xfs").anyMatch(type(file)::equals), "not on this disk");
    Process fincore =
        new ProcessBuilder("/usr/bin/fincore", "-nbo", "PAGES", file.toString()).start();
    assertThat(fincore.inputReader().readLine().strip()).isEqualTo("0");
  }

  private static String type(Path file) throws IOException {
    return Files.getFileStore(file).type();
  }
}
