package dev.acp.openpgp;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPSignature;

/** Which forms of a document signature acp takes; judged before any data is read. */
final class SignatureForm {
  private static final Set<Integer> KNOWN_WHEN_CRITICAL =
      Set.of(
          SignatureSubpacketTags.CREATION_TIME,
          SignatureSubpacketTags.EXPIRE_TIME,
          SignatureSubpacketTags.ISSUER_KEY_ID,
          SignatureSubpacketTags.SIGNER_USER_ID,
          SignatureSubpacketTags.ISSUER_FINGERPRINT);

  /** RFC 9580, 9.1: deprecated, but old keys have it. */
  private static final int RSA_SIGN_ONLY = 3;

  /** A clock in an air gap may be wrong by hours; a signature from next week is a mistake. */
  private static final Duration SKEW = Duration.ofDays(1);

  private SignatureForm() {}

  /** Why it is refused, or empty. */
  static Optional<String> refusal(PGPSignature signature, Instant now) {
    if (signature.getVersion() != 4 && signature.getVersion() != 6) {
      return Optional.of("it is a version " + signature.getVersion() + " signature, not 4 or 6");
    }
    if (signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT) {
      return Optional.of(
          "its type is "
              + (signature.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT
                  ? "text"
                  : "0x" + Integer.toHexString(signature.getSignatureType()))
              + ", but only binary signatures hold every byte");
    }
    if (HashAlgorithm.byNumber(signature.getHashAlgorithm()).isEmpty()) {
      return Optional.of("its hash " + hashName(signature) + " is not accepted");
    }
    return subpackets(signature).or(() -> times(signature, now));
  }

  private static Optional<String> subpackets(PGPSignature signature) {
    for (SignatureSubpacket packet : signature.getHashedSubPackets().toArray()) {
      if (packet.isCritical() && !KNOWN_WHEN_CRITICAL.contains(packet.getType())) {
        return Optional.of(
            "it has a critical subpacket of type "
                + packet.getType()
                + ", which acp does not know");
      }
    }
    for (SignatureSubpacket packet : signature.getUnhashedSubPackets().toArray()) {
      if (packet.isCritical() && !KNOWN_WHEN_CRITICAL.contains(packet.getType())) {
        return Optional.of("it has an unsigned critical subpacket of type " + packet.getType());
      }
    }
    if (signature.getHashedSubPackets().getSubpackets(SignatureSubpacketTags.CREATION_TIME).length
        != 1) {
      return Optional.of("it does not say exactly once when it was made");
    }
    return Optional.empty();
  }

  private static Optional<String> times(PGPSignature signature, Instant now) {
    Instant created = signature.getCreationTime().toInstant();
    if (created.isAfter(now.plus(SKEW))) {
      return Optional.of(
          "it was made at " + created + ", but this machine's clock says " + now + " only");
    }
    // seconds after creation; 0 means never (RFC 9580, 5.2.3.18)
    long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
    if (seconds != 0 && !created.plusSeconds(seconds).isAfter(now)) {
      return Optional.of("it has expired at " + created.plusSeconds(seconds));
    }
    return Optional.empty();
  }

  /** Why a key is not taken; RSA from 2048 bits, ECDSA from 256 and EdDSA are. */
  static Optional<String> weakKey(int algorithm, int bits) {
    return switch (algorithm) {
      case PublicKeyAlgorithmTags.RSA_GENERAL, RSA_SIGN_ONLY ->
          bits >= 2048
              ? Optional.empty()
              : Optional.of("its RSA key has " + bits + " bits, but at least 2048 are needed");
      case PublicKeyAlgorithmTags.ECDSA ->
          bits >= 256
              ? Optional.empty()
              : Optional.of("its curve has " + bits + " bits, but at least 256 are needed");
      case PublicKeyAlgorithmTags.EDDSA_LEGACY,
          PublicKeyAlgorithmTags.Ed25519,
          PublicKeyAlgorithmTags.Ed448 ->
          Optional.empty();
      default -> Optional.of("keys of algorithm " + algorithm + " are not accepted");
    };
  }

  private static String hashName(PGPSignature signature) {
    return switch (signature.getHashAlgorithm()) {
      case HashAlgorithmTags.MD5 -> "MD5";
      case HashAlgorithmTags.SHA1 -> "SHA-1";
      case HashAlgorithmTags.RIPEMD160 -> "RIPEMD-160";
      case HashAlgorithmTags.SHA224 -> "SHA-224";
      default -> "number " + signature.getHashAlgorithm();
    };
  }
}
