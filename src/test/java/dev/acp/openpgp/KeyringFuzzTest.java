package dev.acp.openpgp;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The reader of key files, against any bytes, and the judge of keys behind it. */
class KeyringFuzzTest {
  private static final byte[] DATA = "what was signed\n".getBytes(StandardCharsets.US_ASCII);
  private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
  private static final byte[] SIGNATURE = SignatureFuzzTest.resource("good.sig");
  private static final Fingerprint SIGNER =
      ring(SignatureFuzzTest.resource("signer.asc")).fingerprints().get(0);

  private static Keyring ring(byte[] content) {
    return Keyring.load(List.of(), List.of()).with(content, "fuzzed");
  }

  @FuzzTest
  void onlyTheSignersOwnKeyMakesItsSignatureGood(byte[] content) {
    Optional<Keyring> read = Refusals.of(() -> ring(content), FaultCode.FILE_UNREADABLE);
    if (read.isEmpty()) {
      return;
    }
    Keyring ring = read.get();
    List<Fingerprint> prints = ring.fingerprints();
    require(!prints.isEmpty(), "a file without a key was taken");
    require(new HashSet<>(prints).size() == prints.size(), "a key is there twice");
    Refusals.of(() -> ring.with(content, "again"), FaultCode.FILE_UNREADABLE)
        .ifPresent(
            twice -> require(twice.fingerprints().equals(prints), "the same file adds a key"));
    SignatureFile file = SignatureFile.parse(SIGNATURE, "good");
    for (SignatureVerdict verdict : DetachedVerifier.check(ring, file, Set.of(), NOW, DATA)) {
      require(!verdict.good() || prints.contains(SIGNER), "another's key made it good");
      require(verdict.good() || !verdict.reason().isBlank(), "refused without a reason");
    }
  }
}
