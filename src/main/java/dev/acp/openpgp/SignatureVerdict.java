package dev.acp.openpgp;

import java.time.Instant;
import java.util.Optional;

/**
 * What is to be said of one signature.
 *
 * @param keyId the 16 hex digits that the signature names as its issuer
 * @param fingerprint of the primary key, where the key is known
 * @param signer the key's user id, as text to show only
 * @param reason one sentence; for a good signature it holds what should be known beside
 */
public record SignatureVerdict(
    String keyId,
    Optional<Fingerprint> fingerprint,
    String signer,
    Optional<Instant> created,
    Status status,
    String reason) {

  /** The statuses, by the word that JSON has for them. */
  public enum Status {
    GOOD("good", true),
    /** Made while the key was valid; an air gap cannot refresh keys. */
    GOOD_KEY_EXPIRED_SINCE("good-key-expired-since", true),
    /** Made before the key was retired or superseded. */
    GOOD_KEY_REVOKED_SINCE("good-key-revoked-since", true),
    /** The data or the signature was changed. */
    BAD("bad", false),
    /** No trusted key has made it. */
    NO_KEY("no-key", false),
    /** The key was expired, revoked, unbound or too weak when it signed. */
    KEY_INVALID("key-invalid", false),
    /** A form of signature that acp does not take. */
    REFUSED("refused", false);

    private final String id;
    private final boolean good;

    Status(String id, boolean good) {
      this.id = id;
      this.good = good;
    }

    public String id() {
      return id;
    }

    public boolean good() {
      return good;
    }
  }

  public boolean good() {
    return status.good();
  }
}
