package dev.acp.remote;

import static dev.acp.remote.SshRemoteTest.fails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.event.Progress;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshPutTest {
  @TempDir static Path sshdFolder;
  private static Sshd sshd;
  private static SshRemote remote;
  @TempDir Path folder;
  private final byte[] bytes = new byte[5_000_000];

  @BeforeAll
  static void start() throws Exception {
    sshd = Sshd.start(sshdFolder, List.of("ed25519"));
    remote = sshd.connect();
  }

  @AfterAll
  static void stop() {
    remote.close();
    sshd.close();
  }

  @BeforeEach
  void fill() {
    new Random(7).nextBytes(bytes);
  }

  private static RemotePath at(Path file) {
    return RemotePath.of(file.toString());
  }

  private static Path partial(Path file, Digest digest) {
    return file.resolveSibling("." + file.getFileName() + ".acp-" + digest.hex().substring(0, 16));
  }

  private static void onlyFile(Path file) throws IOException {
    try (var all = Files.list(file.getParent())) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void aFileArrivesWholeAndPrivate() throws Exception {
    Path file = folder.resolve("new/it's a file");
    AtomicLong told = new AtomicLong();
    remote.put(Content.ofBytes(bytes), at(file), soFar -> told.set(soFar.count()));
    assertThat(file).hasBinaryContent(bytes);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(told.get()).isEqualTo(bytes.length);
    onlyFile(file);
    remote.put(Content.ofText(""), at(file), Progress.none());
    assertThat(file).isEmptyFile();
  }

  @Test
  void anEarlierTryIsGoneOnWith() throws Exception {
    Path file = folder.resolve("big");
    Content content = Content.ofBytes(bytes);
    Files.write(partial(file, content.digest()), Arrays.copyOf(bytes, 3_000_000));
    AtomicLong first = new AtomicLong(-1);
    remote.put(content, at(file), soFar -> first.compareAndSet(-1, soFar.count()));
    assertThat(first.get()).isGreaterThan(3_000_000);
    assertThat(file).hasBinaryContent(bytes);
    onlyFile(file);
  }

  @Test
  void aDamagedEarlierTryIsFoundOutAndTheNextTryIsWhole() throws Exception {
    Path file = folder.resolve("big");
    Content content = Content.ofBytes(bytes);
    Files.write(partial(file, content.digest()), new byte[3_000_000]);
    fails(FaultCode.TRANSFER_FAILED, () -> remote.put(content, at(file), Progress.none()));
    assertThat(file).doesNotExist();
    remote.put(content, at(file), Progress.none());
    assertThat(file).hasBinaryContent(bytes);
  }

  @Test
  void whatIsNotWhatWasPromisedReplacesNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("old"), "old");
    Content other = promised(bytes.length, Digest.ofText("other"));
    fails(FaultCode.TRANSFER_FAILED, () -> remote.put(other, at(file), Progress.none()));
    Content shorter = promised(bytes.length + 1, Digest.ofBytes(bytes));
    fails(FaultCode.TRANSFER_FAILED, () -> remote.put(shorter, at(file), Progress.none()));
    assertThat(file).hasContent("old");
  }

  /** An openssl that is broken, or talks nonsense, stands in nobody's way: coreutils decides. */
  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "echo '0000 *stdin'", "exit 0"})
  void whereOpensslDoesNotAgreeCoreutilsDecides(String openssl) throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path called = folder.resolve("called");
    Path fake =
        Files.writeString(
            bin.resolve("openssl"), "#!/bin/sh\n: >'" + called + "'\n" + openssl + "\n");
    Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
    String script =
        Files.readString(Path.of("res/remote/put.sh")).replace("PATH=/", "PATH=" + bin + ":/");
    for (String digest : List.of(Digest.ofBytes(bytes).hex(), Digest.ofText("other").hex())) {
      Path file = folder.resolve(digest);
      Path in = Files.write(folder.resolve("in"), bytes);
      Process process =
          new ProcessBuilder(
                  List.of(
                      "sh",
                      "-c",
                      script,
                      "put",
                      file.toString(),
                      file + ".part",
                      Integer.toString(bytes.length),
                      digest,
                      "0"))
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("said").toFile())
              .start();
      boolean right = digest.equals(Digest.ofBytes(bytes).hex());
      assertThat(process.waitFor()).isEqualTo(right ? 0 : 25);
      assertThat(Files.exists(file)).isEqualTo(right);
      assertThat(called).exists();
    }
  }

  @Test
  void aFolderIsNeverReplaced() {
    fails(
        FaultCode.TRANSFER_FAILED,
        () -> remote.put(Content.ofText("x"), at(folder), Progress.none()));
    fails(
        FaultCode.TRANSFER_FAILED,
        () -> remote.put(Content.ofText("x"), RemotePath.of("/proc/no/x"), Progress.none()));
  }

  private Content promised(long size, Digest digest) {
    return new Content() {
      @Override
      public Bytes size() {
        return Bytes.of(size);
      }

      @Override
      public Digest digest() {
        return digest;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }
}
