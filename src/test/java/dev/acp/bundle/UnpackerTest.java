package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Arch;
import dev.acp.value.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackerTest {
  @TempDir static Path keys;
  @TempDir Path dir;
  private static Packages packages;
  private static Packages others;
  private Path file;
  private Path target;

  @BeforeAll
  static void makeKeys() throws IOException {
    packages = new Packages(Files.createDirectory(keys.resolve("own")));
    others = new Packages(Files.createDirectory(keys.resolve("other")));
  }

  @BeforeEach
  void makePackage() throws IOException {
    file = packages.signed(dir.resolve("p.tar"), packages.good());
    target = dir.resolve("target");
  }

  private Unpacker.Result unpack(Optional<Trust> trust, boolean force, String running) {
    return unpack(
        new Unpacker.Request(
            file,
            target,
            Optional.empty(),
            trust.map(whom -> () -> whom),
            force,
            Version.of(running)),
        v -> {},
        Progress.none());
  }

  private Unpacker.Result unpack(
      Unpacker.Request request, Consumer<Verification> record, Progress progress) {
    return new Unpacker(Clock.systemUTC(), record).unpack(request, progress, new Stop());
  }

  private Unpacker.Request trusting() {
    return new Unpacker.Request(
        file,
        target,
        Optional.empty(),
        Optional.of(() -> packages.trust),
        false,
        Version.of("0.1.0"));
  }

  private Unpacker.Result unpack() {
    return unpack(Optional.of(packages.trust), false, "0.1.0");
  }

  private void nothingIsThere() throws IOException {
    if (Files.exists(target)) {
      try (Stream<Path> left = Files.list(target)) {
        assertThat(left).isEmpty();
      }
    }
  }

  private AcpException refused() throws IOException {
    AcpException e = catchThrowableOfType(AcpException.class, this::unpack);
    assertThat(e).isNotNull();
    nothingIsThere();
    return e;
  }

  @Test
  void aGoodPackageIsThereWholeAndNothingElse() throws IOException {
    Unpacker.Result result = unpack();
    assertThat(result.already()).isFalse();
    assertThat(result.verification().good()).isTrue();
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactly(target.resolve("installer"));
    }
    assertThat(target.resolve("installer/res/a.txt")).hasContent("aaa\n");
    assertThat(Files.getPosixFilePermissions(target.resolve("installer")).toString())
        .contains("OTHERS_READ");
    Bundle bundle = Bundle.open(target, Optional.of(packages.trust));
    assertThat(bundle.offer().archs()).containsExactly(Arch.AMD64);
    assertThat(bundle.text("res/a.txt")).isEqualTo("aaa\n");
    assertThat(bundle.folder("res"))
        .extracting(Bundle.BundleFile::name)
        .containsExactly("a.txt", "b.txt");
    assertThatThrownBy(() -> Bundle.open(target, Optional.of(others.trust)))
        .isInstanceOf(AcpException.class);
  }

  @Test
  void aFlippedByteAnywhereIsExit3AndNothingIsUnpacked() throws IOException {
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at += 97) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      Files.write(file, bad);
      AcpException e = refused();
      assertThat(e.exit().code()).as("byte " + at).isEqualTo(3);
      assertThat(e.fault().code()).as("byte " + at).isEqualTo(FaultCode.SIGNATURE_BAD);
    }
  }

  @Test
  void aPackageCutShortIsExit3() throws IOException {
    byte[] good = Files.readAllBytes(file);
    for (int length : List.of(0, 1, 511, 512, 5000, good.length - 1024, good.length - 1)) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      assertThat(refused().exit().code()).as("length " + length).isEqualTo(3);
    }
  }

  @Test
  void aSignatureByAnotherKeyOrNoneIsExit3() throws IOException {
    file = others.signed(dir.resolve("other.tar"), packages.good());
    assertThat(refused().fault().code()).isEqualTo(FaultCode.SIGNATURE_BAD);
    file = packages.signed(dir.resolve("inner.tar"), others.good());
    assertThat(refused().fault().what()).contains("manifest is not signed by a trusted key");
    Files.delete(dir.resolve("inner.tar.sig"));
    assertThat(refused().fault().code()).isEqualTo(FaultCode.SIGNATURE_MISSING);
    file = dir.resolve("absent.tar");
    assertThat(refused().exit().code()).isEqualTo(2);
  }

  @Test
  void whatIsThereAlreadyIsCheckedAndNeverOverwrittenUnasked() throws IOException {
    unpack();
    assertThat(unpack().already()).isTrue();
    Path victim = target.resolve("installer/res/a.txt");
    Files.writeString(victim, "bbb\n");
    AcpException e = catchThrowableOfType(AcpException.class, this::unpack);
    assertThat(e.exit().code()).isEqualTo(6);
    assertThat(victim).hasContent("bbb\n");
    unpack(Optional.of(packages.trust), true, "0.1.0");
    assertThat(victim).hasContent("aaa\n");
  }

  @Test
  void theTargetMayBeALinkToAFolder() throws IOException {
    Files.createSymbolicLink(target, Files.createDirectory(dir.resolve("real")));
    unpack();
    assertThat(dir.resolve("real/installer/setup.sh")).exists();
  }

  @Test
  void aPackageForANewerAcpIsRefused() throws IOException {
    AcpException e =
        catchThrowableOfType(
            AcpException.class, () -> unpack(Optional.of(packages.trust), false, "0.0.9"));
    assertThat(e.fault().code()).isEqualTo(FaultCode.ACP_TOO_OLD);
    nothingIsThere();
  }

  @Test
  void withoutVerificationEverythingButTheSignaturesIsStillChecked() throws IOException {
    Files.delete(dir.resolve("p.tar.sig"));
    assertThat(unpack(Optional.empty(), false, "0.1.0").verification().good()).isFalse();
    assertThat(target.resolve("installer/setup.sh")).exists();
  }

  @Test
  void aStopLeavesNothing() throws IOException {
    Stop stop = new Stop();
    stop.ask();
    AcpException e =
        catchThrowableOfType(
            AcpException.class,
            () ->
                new Unpacker(Clock.systemUTC(), v -> {}).unpack(trusting(), Progress.none(), stop));
    assertThat(e.exit().code()).isEqualTo(130);
    nothingIsThere();
  }

  @Test
  void aKilledRunLeavesNothingVisibleAndTheNextCleansUp() throws Exception {
    // bytes that do not compress and take a while: the kill comes while the partial folder grows
    Path big = dir.resolve("big.tar");
    java.util.Map<String, String> files = new java.util.TreeMap<>();
    for (int i = 0; i < 60; i++) {
      files.put("res/f" + i, "x".repeat(4 << 20));
    }
    dev.acp.archive.TarBytes tar = packages.head(files);
    files.forEach((path, content) -> tar.file("installer/" + path, content));
    packages.signed(big, tar.end().bytes());
    file = big;
    Process acp =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.acp.cli.Acp",
                "unpack",
                big.toString(),
                "-C",
                target.toString(),
                "--key",
                packages.publicKey.toString())
            .redirectErrorStream(true)
            .start();
    Path partial = target.resolve(".acp-unpack-partial/content/res");
    while (acp.isAlive() && !Files.exists(partial)) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
    acp.destroyForcibly().waitFor();
    assertThat(target.resolve("installer")).doesNotExist();
    assertThat(target.resolve(".acp-unpack-partial")).exists();
    unpack();
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactly(target.resolve("installer"));
    }
  }

  @Test
  void aBundleNamesWhatIsMissingChangedOrUnlisted() throws IOException {
    unpack();
    Path root = target.resolve("installer");
    BundleVerifier verifier = new BundleVerifier(Optional.of(packages.trust), Clock.systemUTC());
    assertThat(verifier.verify(target, Progress.none(), new Stop()).good()).isTrue();
    Files.writeString(root.resolve("res/a.txt"), "aab\n");
    Files.delete(root.resolve("setup.sh"));
    Files.createSymbolicLink(root.resolve("res/link"), Path.of("/etc/passwd"));
    Files.setPosixFilePermissions(
        root.resolve("res/b.txt"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    Verification found = verifier.verify(root, Progress.none(), new Stop());
    assertThat(found.good()).isFalse();
    assertThat(found.differences())
        .containsExactly(
            "res/a.txt: changed, has another digest",
            "res/b.txt: has the mode rwxrwxrwx, not 644",
            "res/link: not in the manifest",
            "setup.sh: missing");
    Files.writeString(root.resolve("manifest.yaml"), "# changed\n");
    found = verifier.verify(root, Progress.none(), new Stop());
    assertThat(found.good()).isFalse();
    assertThat(found.fault().fault().code()).isEqualTo(FaultCode.SIGNATURE_BAD);
  }

  /** A run died between taking the old bundle away and giving the new one its name. */
  @Test
  void anOldBundleThatAKilledRunTookAwayIsPutBack() throws IOException {
    unpack();
    Path partial = Files.createDirectory(target.resolve(".acp-unpack-partial"));
    Files.move(target.resolve("installer"), partial.resolve("replaced"));
    Files.createDirectories(partial.resolve("content/res"));
    assertThat(unpack().already()).isTrue();
    assertThat(target).isDirectoryContaining("glob:**/installer");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactly(target.resolve("installer"));
    }
  }

  /** The new one had its name already: the old one is what is left over. */
  @Test
  void anOldBundleBesideTheNewOneIsTakenAway() throws IOException {
    unpack();
    Path partial = Files.createDirectory(target.resolve(".acp-unpack-partial"));
    Files.createDirectories(partial.resolve("replaced/res"));
    assertThat(unpack().already()).isTrue();
    assertThat(partial).doesNotExist();
    assertThat(target.resolve("installer/manifest.yaml")).exists();
  }

  @Test
  void aRefusedArchiveIsRecordedAsRefusedThoughItsSignatureHolds() throws IOException {
    file =
        packages.signed(
            dir.resolve("p.tar"), packages.head(java.util.Map.of("a", "x")).end().bytes());
    List<Verification> told = new java.util.ArrayList<>();
    assertThatThrownBy(() -> unpack(trusting(), told::add, Progress.none()))
        .isInstanceOf(AcpException.class);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).good()).isFalse();
    assertThat(told.get(0).reason()).contains("signed by a trusted key, but refused", "manifest");
  }

  /** A small file system of its own; needs root, as the tests in CI have. */
  private static boolean mount(Path at, String size) throws Exception {
    Files.createDirectories(at);
    return new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + size, "none", at.toString())
            .redirectErrorStream(true)
            .start()
            .waitFor()
        == 0;
  }

  private static void unmount(Path at) throws Exception {
    assertThat(new ProcessBuilder("umount", at.toString()).start().waitFor()).isZero();
  }

  @Test
  void tooLittleSpaceIsToldBeforeTheFirstByteWithBothNumbers() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(mount(target, "8m"), "no right to mount");
    try {
      AcpException e = refused();
      assertThat(e.fault().code()).isEqualTo(FaultCode.SPACE_SHORT);
      assertThat(e.exit().code()).isEqualTo(6);
      assertThat(e.fault().what()).contains("8.0 MiB free", "needs 64.0 MiB");
    } finally {
      unmount(target);
    }
  }

  @Test
  void aDiskThatFillsUpLeavesNothingAndTheNextRunGoesThrough() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(mount(target, "90m"), "no right to mount");
    try {
      String content = "0123456789abcdef".repeat(1 << 20);
      file =
          packages.signed(
              dir.resolve("big.tar"),
              packages
                  .head(java.util.Map.of("a.txt", content))
                  .file("installer/a.txt", content)
                  .end()
                  .bytes());
      Path filler = target.resolve("filler");
      Progress fills =
          done -> {
            try {
              if (!Files.exists(filler)) {
                Files.write(filler, new byte[89 << 20]);
              }
            } catch (IOException e) {
              // full, as it should be
            }
          };
      assertThatThrownBy(() -> unpack(trusting(), v -> {}, fills)).isInstanceOf(AcpException.class);
      assertThat(target.resolve("installer")).doesNotExist();
      assertThat(target.resolve(".acp-unpack-partial")).doesNotExist();
      Files.delete(filler);
      assertThat(unpack().already()).isFalse();
      assertThat(target.resolve("installer/a.txt")).hasSize(16L << 20);
    } finally {
      unmount(target);
    }
  }
}
