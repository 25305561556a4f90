package dev.acp.openpgp;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.openpgp.PGPSignature;

/** The reader and the judge of signature files, against any bytes. */
class SignatureFuzzTest {
  private static final byte[] DATA = "what was signed\n".getBytes(StandardCharsets.US_ASCII);
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
  private static final Keyring RING =
      Keyring.load(List.of(), List.of()).with(resource("signer.asc"), "signer.asc");

  /** All that this key ever signed over these data. */
  private static final List<byte[]> SIGNED =
      List.of(
          hashed(SignatureFile.parse(resource("good.sig"), "good"), 0),
          hashed(SignatureFile.parse(resource("notation.sig"), "notation"), 0));

  static byte[] resource(String name) {
    try (InputStream in = SignatureFuzzTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hashed(SignatureFile file, int i) {
    try {
      PGPSignature signature = file.signature(i);
      return signature.getSignatureTrailer();
    } catch (MalformedOpenPgp e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean known(byte[] hashed) {
    return SIGNED.stream().anyMatch(signed -> Arrays.equals(hashed, signed));
  }

  @FuzzTest
  void nothingIsGoodButWhatTheKeySigned(byte[] content) {
    Optional<SignatureFile> read =
        Refusals.of(() -> SignatureFile.parse(content, "fuzzed"), FaultCode.SIGNATURE_BAD);
    if (read.isEmpty()) {
      return;
    }
    SignatureFile file = read.get();
    require(file.size() >= 1 && file.size() <= 16, file.size() + " signatures were taken");
    require(file.begin().size() <= 5, "more digests than algorithms");
    List<SignatureVerdict> verdicts = DetachedVerifier.check(RING, file, Set.of(), NOW, DATA);
    require(verdicts.size() == file.size(), "a signature without a verdict");
    for (int i = 0; i < verdicts.size(); i++) {
      require(
          verdicts.get(i).good() || !verdicts.get(i).reason().isBlank(),
          "refused without a reason");
      // Ed25519 cannot be bent: what is hashed must be what was signed, to the bit
      require(
          !verdicts.get(i).good() || known(hashed(file, i)),
          "a signature that nobody made is good");
    }
    List<SignatureVerdict> other =
        DetachedVerifier.check(RING, file, Set.of(), NOW, new byte[] {1});
    require(other.stream().noneMatch(SignatureVerdict::good), "good over other data");
  }
}
