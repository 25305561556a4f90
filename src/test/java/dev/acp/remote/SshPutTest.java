package dev.acp.remote;

import static dev.acp.remote.SshRemoteTest.fails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import dev.acp.event.Progress;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private record Ended(int exit, String said, Path file) {}

  /**
   * The real put.sh in a shell here, with programs that stand before this machine's own, on a pipe.
   *
   * @param limit of the shell, for ulimit
   */
  private Ended script(Map<String, String> programs, String limit, Digest digest, int offset)
      throws Exception {
    Path bin = Files.createTempDirectory(folder, "bin");
    for (Map.Entry<String, String> program : programs.entrySet()) {
      FakePrograms.write(bin, program.getKey(), program.getValue());
    }
    Path file = bin.resolve("to/file");
    Files.createDirectory(file.getParent());
    Path part = Path.of(file + ".part");
    if (offset > 0) {
      Files.write(part, Arrays.copyOf(bytes, offset));
    }
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                limit
                    + "\n"
                    + Files.readString(Path.of("res/remote/put.sh"))
                        .replace("PATH=/", "PATH=" + bin + ":/"),
                "put",
                file.toString(),
                part.toString(),
                Integer.toString(bytes.length),
                digest.hex(),
                Integer.toString(offset))
            .redirectErrorStream(true)
            .redirectOutput(bin.resolve("said").toFile())
            .start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(bytes, offset, bytes.length - offset);
    } catch (IOException e) {
      assertThat(process.waitFor()).as("whoever reads not all of it failed").isNotZero();
    }
    int exit = process.waitFor();
    if (exit != 0) {
      assertThat(file.getParent()).isEmptyDirectory();
    } else {
      assertThat(file).hasBinaryContent(bytes);
      onlyFile(file);
    }
    return new Ended(exit, Files.readString(bin.resolve("said")), file);
  }

  private static final String NO_PYTHON = "exit 1";

  /** An openssl that is broken, or talks nonsense, stands in nobody's way: coreutils decides. */
  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "echo '0000 *stdin'", "exit 0"})
  void whereOpensslDoesNotAgreeCoreutilsDecides(String openssl) throws Exception {
    Path called = folder.resolve("called");
    Map<String, String> programs =
        Map.of("python3", NO_PYTHON, "openssl", ": >'" + called + "'\n" + openssl);
    assertThat(script(programs, "", Digest.ofBytes(bytes), 0).exit()).isZero();
    assertThat(called).exists();
    assertThat(script(programs, "", Digest.ofText("other"), 0).exit()).isEqualTo(25);
  }

  /** Without Python 3, or with one that does nothing, cat writes, and openssl or coreutils hash. */
  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "exit 0", "echo nonsense", "kill -9 $$"})
  void aPythonThatReadsNothingIsNotMissed(String python) throws Exception {
    Map<String, String> programs = Map.of("python3", python);
    for (int offset : List.of(0, 3_000_000)) {
      assertThat(script(programs, "", Digest.ofBytes(bytes), offset).exit()).isZero();
      assertThat(script(programs, "", Digest.ofText("other"), offset).exit()).isEqualTo(25);
    }
  }

  @Test
  void pythonWritesAndHashesInOnePass() throws Exception {
    Map<String, String> programs =
        Map.of(
            "python3", "exec /usr/bin/python3 \"$@\"",
            "cat", "exit 9",
            "openssl", "exit 9",
            "sha256sum", "echo hashed again; exit 9");
    for (int offset : List.of(0, 3_000_000, bytes.length - 1)) {
      assertThat(script(programs, "", Digest.ofBytes(bytes), offset).exit()).isZero();
    }
    assertThat(script(Map.of(), "", Digest.ofText("other"), 0).exit()).isEqualTo(25);
  }

  /** What it took from the pipe and did not write is lost: nothing may go on after it. */
  @Test
  void aPythonThatDiesMidwayLeavesNothing() throws Exception {
    // its arguments: -I -S -c PROGRAM FILE
    String dies = "head -c 100000 >>\"$5\"; head -c 9 >/dev/null; kill -9 $$";
    assertThat(script(Map.of("python3", dies), "", Digest.ofBytes(bytes), 0).exit()).isEqualTo(23);
    String lies = "cat >>\"$5\"; echo nonsense";
    assertThat(script(Map.of("python3", lies), "", Digest.ofBytes(bytes), 0).exit()).isZero();
  }

  /** A file that may not grow further stands for a disk that is full (both end write(2)). */
  @ParameterizedTest
  @ValueSource(strings = {"exec /usr/bin/python3 \"$@\"", NO_PYTHON})
  void whatCannotBeWrittenIsToldAndLeavesNothing(String python) throws Exception {
    Ended ended = script(Map.of("python3", python), "ulimit -f 2000", Digest.ofBytes(bytes), 0);
    assertThat(ended.exit()).isEqualTo(23);
    if (!python.equals(NO_PYTHON)) {
      assertThat(ended.said()).isEqualTo(ended.file() + ".part: File too large\n");
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
