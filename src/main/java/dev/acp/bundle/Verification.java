package dev.acp.bundle;

import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.SignatureVerdict;
import dev.acp.value.Bytes;
import dev.acp.value.FileDigest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was verified and found.
 *
 * @param target the package's file, or the bundle's folder
 * @param reason one sentence, for good and bad
 * @param bytes of the package, or of all the bundle's files
 * @param digest of the package, by the algorithm of its signature; or of the bundle's manifest
 * @param differences what a bundle's folder has otherwise than its manifest, a line each
 */
public record Verification(
    Path target,
    boolean good,
    String reason,
    Bytes bytes,
    FileDigest digest,
    List<SignatureVerdict> signatures,
    List<String> differences,
    Instant at) {
  public Verification {
    signatures = List.copyOf(signatures);
    differences = List.copyOf(differences);
  }

  static Verification of(
      Path target,
      Bytes bytes,
      FileDigest digest,
      List<SignatureVerdict> signatures,
      List<String> differences,
      Instant at) {
    boolean signed = signatures.stream().anyMatch(SignatureVerdict::good);
    String reason;
    if (!signed) {
      reason = signatures.stream().map(SignatureVerdict::reason).findFirst().orElse("no signature");
    } else if (!differences.isEmpty()) {
      reason = differences.size() + " files are not as the manifest says";
    } else {
      SignatureVerdict good =
          signatures.stream().filter(SignatureVerdict::good).findFirst().orElseThrow();
      reason = good.reason().isEmpty() ? "signed by a trusted key" : good.reason();
    }
    return new Verification(
        target,
        signed && differences.isEmpty(),
        reason,
        bytes,
        digest,
        signatures,
        differences,
        at);
  }

  /** The same, but what was signed is refused all the same. */
  Verification refused(String why) {
    return new Verification(
        target,
        false,
        (good ? "signed by a trusted key, but refused: " : reason + "; refused: ") + why,
        bytes,
        digest,
        signatures,
        differences,
        at);
  }

  /** True if some signature by a trusted key holds, whatever the files are like. */
  public boolean signed() {
    return signatures.stream().anyMatch(SignatureVerdict::good);
  }

  /** The fault that a bad verification is. */
  public AcpException fault() {
    List<String> evidence = new ArrayList<>(differences);
    signatures.stream()
        .filter(s -> !s.good())
        .map(s -> "key " + s.keyId() + ": " + s.status().id() + ", " + s.reason())
        .forEach(evidence::add);
    return new AcpException(
        Fault.of(
                signed() ? FaultCode.BUNDLE_DAMAGED : FaultCode.SIGNATURE_BAD,
                target + " is not to be trusted: " + reason + ".")
            .withEvidence(evidence));
  }
}
