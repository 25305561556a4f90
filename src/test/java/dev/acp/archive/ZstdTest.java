package dev.acp.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** zstd's own library beside Java's reader, and where it cannot be loaded. */
class ZstdTest {
  @TempDir Path dir;
  private byte[] plain;
  private byte[] packed;

  /** Two frames, of what packs well and what does not. */
  @BeforeEach
  void pack() throws IOException {
    plain = new byte[3 << 20];
    new Random(1).nextBytes(plain);
    Arrays.fill(plain, 1 << 20, 2 << 20, (byte) 7);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from : List.of(0, 1_500_000)) {
      try (OutputStream zstd = Compression.ZSTD.write(out)) {
        zstd.write(plain, from, from == 0 ? 1_500_000 : plain.length - from);
      }
    }
    packed = out.toByteArray();
  }

  private static byte[] all(InputStream in) throws IOException {
    try (in) {
      return in.readAllBytes();
    }
  }

  private static byte[] own(byte[] packed) throws IOException {
    return all(Compression.nativeZstd(new ByteArrayInputStream(packed)));
  }

  private static byte[] java(byte[] packed) throws IOException {
    return all(Compression.javaZstd(new ByteArrayInputStream(packed)));
  }

  /** As unpack reads: from blocks to blocks. */
  private static byte[] relayed(byte[] packed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new BlockRelay(
            List.of(
                raw -> {
                  try (ReadableByteChannel in = Compression.of(raw).unpacked(raw)) {
                    ByteBuffer block = ByteBuffer.allocateDirect(100_000);
                    while (in.read(block.clear()) >= 0) {
                      byte[] some = new byte[block.flip().remaining()];
                      block.get(some);
                      out.write(some);
                    }
                  }
                }))
        .run(Channels.newChannel(new ByteArrayInputStream(packed)), Progress.none(), new Stop());
    return out.toByteArray();
  }

  @Test
  void bothReadersGiveWhatWasPacked() throws IOException {
    assumeTrue(ZstdLibrary.usable());
    assertThat(own(packed)).isEqualTo(plain);
    assertThat(java(packed)).isEqualTo(plain);
    assertThat(relayed(packed)).isEqualTo(plain);
  }

  @Test
  void bothRefuseWhatIsCutDamagedOrNoZstd() {
    assumeTrue(ZstdLibrary.usable());
    byte[] cut = Arrays.copyOf(packed, packed.length - 5);
    byte[] followed = Arrays.copyOf(packed, packed.length + 100);
    byte[] followedByOne = Arrays.copyOf(packed, packed.length + 1);
    byte[] damaged = packed.clone();
    damaged[6] ^= 0x55;
    for (byte[] bad : List.of(cut, followed, followedByOne, damaged)) {
      assertThatThrownBy(() -> own(bad)).isInstanceOf(AcpException.class);
      assertThatThrownBy(() -> relayed(bad)).isInstanceOf(AcpException.class);
      if (bad != damaged) {
        // Java's reader passes over a frame's checksum; the signature and the digests do not
        assertThatThrownBy(() -> java(bad)).isInstanceOf(AcpException.class);
      }
    }
  }

  /** A frame that asks for a window of 16 MiB (RFC 8878, 3.1.1.1.2: exponent 14, mantissa 0). */
  @Test
  void bothRefuseAWindowOfMoreThan8MiB() throws IOException {
    assumeTrue(ZstdLibrary.usable());
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 14 << 3, 9, 0, 0, 'x'};
    assertThatThrownBy(() -> own(frame)).hasMessageContaining("8 MiB");
    assertThatThrownBy(() -> java(frame)).hasMessageContaining("8 MiB");
    frame[5] = 13 << 3;
    assertThat(own(frame)).containsExactly('x');
    assertThat(java(frame)).containsExactly('x');
  }

  /** Real mounts: the first folder may not hold programs, the second may. */
  @Test
  void aFolderWithoutExecutionIsPassedOverAndNothingStaysInIt() throws Exception {
    assumeTrue(ZstdLibrary.usable());
    Path barred = Files.createDirectory(dir.resolve("noexec"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec", "none", barred.toString()) == 0);
    try {
      Path other = Files.createDirectory(dir.resolve("other"));
      assertThat(ZstdLibrary.loadFromAny(List.of(barred, dir.resolve("absent")))).isFalse();
      assertThat(ZstdLibrary.loadFromAny(List.of(barred, other))).isTrue();
      for (Path folder : List.of(barred, other)) {
        try (Stream<Path> left = Files.list(folder)) {
          assertThat(left).isEmpty();
        }
      }
    } finally {
      assertThat(run("umount", barred.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
