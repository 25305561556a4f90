package dev.acp.openpgp;

import dev.acp.openpgp.SignatureVerdict.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPSignatureChain;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPContentVerifierBuilderProvider;

/**
 * Whether a key was entitled to make a signature at its time, and what has become of it since.
 * {@code isBoundAt} of Bouncy Castle is the measure: {@code isSigningKey} and {@code
 * PGPPublicKey.isRevoked} stay friendly for expired and revoked keys.
 */
@SuppressWarnings("JavaUtilDate") // Bouncy Castle speaks no other
final class KeyJudge {
  /** A status and the sentence to go with it. */
  record Judgement(Status status, String reason) {}

  private final OpenPGPCertificate certificate;
  private final OpenPGPComponentKey key;
  private final Date signed;
  private final Date now;

  KeyJudge(Keyring.Candidate candidate, Instant signed, Instant now) {
    this.certificate = candidate.certificate();
    this.key = candidate.key();
    this.signed = Date.from(signed);
    this.now = Date.from(now.isBefore(signed) ? signed : now);
  }

  Judgement judge() {
    PGPPublicKey raw = key.getPGPPublicKey();
    if (signed.before(raw.getCreationTime())
        || signed.before(certificate.getPrimaryKey().getCreationTime())) {
      return bad("the signature is older than its key");
    }
    Optional<OpenPGPSignatureChain> hard = revocation(true);
    if (hard.isPresent()) {
      return bad("the key is revoked as compromised or without a reason that would spare it");
    }
    Optional<Date> bound = boundFrom();
    if (bound.isEmpty()) {
      return bad(whyUnbound());
    }
    if (!certificate.getPrimaryKey().isBoundAt(bound.get())) {
      return bad("its primary key was not valid when it signed");
    }
    if (!key.hasKeyFlags(bound.get(), KeyFlags.SIGN_DATA)) {
      return bad("the key is not meant for signing data");
    }
    Optional<String> back = backSignature(bound.get());
    return back.map(KeyJudge::bad).orElseGet(this::since);
  }

  private Judgement since() {
    String note = sha1Note();
    if (key.isBoundAt(now)) {
      return new Judgement(Status.GOOD, note);
    }
    if (revocation(false).isPresent()) {
      return new Judgement(
          Status.GOOD_KEY_REVOKED_SINCE,
          "the key was retired or superseded after it made this signature" + more(note));
    }
    return new Judgement(
        Status.GOOD_KEY_EXPIRED_SINCE,
        "the key was valid when it signed and has expired since" + more(note));
  }

  private static String more(String note) {
    return note.isEmpty() ? "" : "; " + note;
  }

  private static Judgement bad(String reason) {
    return new Judgement(Status.KEY_INVALID, reason);
  }

  /**
   * The moment at which the key's binding is to be read: the signature's own, or, where gpg has
   * replaced the self-signature by a newer one (it does when the expiry is moved), the first
   * self-signature's after it.
   */
  private Optional<Date> boundFrom() {
    if (key.isBoundAt(signed)) {
      return Optional.of(signed);
    }
    List<Date> later = new ArrayList<>();
    selfSignatures(key.getPGPPublicKey()).forEach(s -> later.add(s.getCreationTime()));
    selfSignatures(certificate.getPrimaryKey().getPGPPublicKey())
        .forEach(s -> later.add(s.getCreationTime()));
    boolean noneBefore = later.stream().noneMatch(d -> !d.after(signed) && key.isBoundAt(d));
    return later.stream()
        .filter(d -> d.after(signed) && !d.after(now))
        .sorted()
        .filter(d -> noneBefore && key.isBoundAt(d))
        .findFirst();
  }

  private static List<PGPSignature> selfSignatures(PGPPublicKey key) {
    List<PGPSignature> all = new ArrayList<>();
    for (Iterator<PGPSignature> i = key.getSignatures(); i.hasNext(); ) {
      all.add(i.next());
    }
    return all;
  }

  private String whyUnbound() {
    if (revocation(false).isPresent()) {
      return "the key was revoked before it made this signature";
    }
    Date expired = firstExpiry();
    if (expired != null && !expired.after(signed)) {
      return "the key had expired at " + expired.toInstant() + ", before it made this signature";
    }
    return "the key has no valid self-signature for the time of this signature";
  }

  private Date firstExpiry() {
    Date own = key.getKeyExpirationDateAt(signed);
    Date primary = certificate.getPrimaryKey().getKeyExpirationDateAt(signed);
    return own == null || (primary != null && primary.before(own)) ? primary : own;
  }

  private Optional<OpenPGPSignatureChain> revocation(boolean hard) {
    for (OpenPGPComponentKey of : List.of(key, certificate.getPrimaryKey())) {
      for (OpenPGPSignatureChain chain : of.getSignatureChains().getRevocations()) {
        if (chain.isHardRevocation() == hard && valid(chain)) {
          return Optional.of(chain);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean valid(OpenPGPSignatureChain chain) {
    try {
      return chain.isValid();
    } catch (PGPException e) {
      // a revocation that cannot be checked is none: anybody could have added it
      return false;
    }
  }

  /** A signing subkey must itself say that it belongs to the primary key (RFC 9580, 5.2.1.10). */
  private Optional<String> backSignature(Date at) {
    if (key.isPrimaryKey()) {
      return Optional.empty();
    }
    PGPSignature binding = key.getCertification(at).getSignature();
    for (var area : List.of(binding.getHashedSubPackets(), binding.getUnhashedSubPackets())) {
      try {
        PGPSignatureList embedded = area.getEmbeddedSignatures();
        for (PGPSignature back : embedded) {
          if (back.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING) {
            back.init(new JcaPGPContentVerifierBuilderProvider(), key.getPGPPublicKey());
            if (back.verifyCertification(
                certificate.getPrimaryKey().getPGPPublicKey(), key.getPGPPublicKey())) {
              return Optional.empty();
            }
          }
        }
      } catch (PGPException | RuntimeException e) {
        return Optional.of("its signing subkey has a back signature that cannot be checked");
      }
    }
    return Optional.of("its signing subkey has no valid back signature");
  }

  private String sha1Note() {
    PGPSignature self =
        key.getLatestSelfSignature(now) == null
            ? null
            : key.getLatestSelfSignature(now).getSignature();
    return self != null && self.getHashAlgorithm() == HashAlgorithmTags.SHA1
        ? "the key's self-signature uses SHA-1; it is taken because the key is trusted here"
        : "";
  }
}
