package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.bundle.Packages;
import dev.acp.bundle.Verification;
import dev.acp.event.Progress;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeadStartTest {
  @TempDir Path dir;
  private Packages packages;
  private Path good;

  @BeforeEach
  void makePackage() throws IOException {
    packages = new Packages(Files.createDirectory(dir.resolve("keys")));
    good = packages.signed(dir.resolve("good.tar"), packages.good());
  }

  private static HeadStart begin(Object... words) {
    String[] line = new String[words.length];
    for (int i = 0; i < line.length; i++) {
      line[i] = words[i].toString();
    }
    return HeadStart.of(line);
  }

  private Verification finish(HeadStart begun, Path file, Optional<Path> signature) {
    return begun.finish(file, signature, () -> packages.trust, Progress.none());
  }

  /** A file beside which a signature lies that is another's. */
  private Path bad() throws IOException {
    Path bad = packages.signed(dir.resolve("bad.tar"), packages.good());
    Files.write(bad, new byte[] {1, 2, 3});
    return bad;
  }

  @Test
  void onlyAVerificationOfASignedFileIsBegun() throws IOException {
    Path unsigned = Files.createFile(dir.resolve("unsigned.tar"));
    for (Object[] line :
        new Object[][] {
          {},
          {"verify-package"},
          {"unpack", good},
          {"verify-package", unsigned},
          {"verify-package", dir},
          {"verify-package", "no\0path"},
          {"verify-package", good, "--signature", good + ".sig"},
          {"verify-package", good, "--signature=" + good + ".sig"},
        }) {
      assertThat(begin(line)).as("%s", (Object) line).isSameAs(HeadStart.NONE);
    }
    assertThat(begin("verify-package", good)).isNotSameAs(HeadStart.NONE);
    assertThat(begin("verify-package", "-o", "json", "--key", packages.publicKey, good))
        .isNotSameAs(HeadStart.NONE);
  }

  @Test
  void whatWasBegunIsWhatIsReported() throws IOException {
    HeadStart begun = begin("verify-package", good);
    Verification found = finish(begun, good, Optional.empty());
    assertThat(found.good()).isTrue();
    assertThat(found.bytes().count()).isEqualTo(Files.size(good));
    Path bad = bad();
    assertThat(finish(begin("verify-package", bad), bad, Optional.empty()).good()).isFalse();
  }

  @Test
  void aWrongGuessDecidesNothing() throws IOException {
    Path bad = bad();
    HeadStart guessed = begin("verify-package", "--key", good, bad);
    assertThat(finish(guessed, bad, Optional.empty()).good()).isFalse();
    Path elsewhere = Files.copy(dir.resolve("bad.tar.sig"), dir.resolve("elsewhere.sig"));
    Files.write(elsewhere, new byte[] {4});
    HeadStart right = begin("verify-package", good);
    assertThatThrownBy(() -> finish(right, good, Optional.of(elsewhere)))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().code()).isEqualTo(FaultCode.SIGNATURE_BAD));
  }

  @Test
  void keysThatCannotBeReadAreToldOfAsEver() {
    AcpException none = new AcpException(Fault.of(FaultCode.NO_TRUSTED_KEYS, "none"));
    assertThatThrownBy(
            () ->
                begin("verify-package", good)
                    .finish(
                        good,
                        Optional.empty(),
                        () -> {
                          throw none;
                        },
                        Progress.none()))
        .isSameAs(none);
  }
}
