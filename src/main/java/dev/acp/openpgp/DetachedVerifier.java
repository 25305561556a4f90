package dev.acp.openpgp;

import dev.acp.openpgp.SignatureVerdict.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;

/**
 * Checks all signatures of a file over one pass of the data: each digest that they need is computed
 * once ({@link #hashes}), however many there are. The JDK's own providers do the arithmetic: their
 * SHA-256 is six times as fast as Bouncy Castle's.
 */
public final class DetachedVerifier {
  private static final int MOST_CANDIDATES = 4;

  /** One signature tried with one key that may make it or not, over one digest of the data. */
  private record Trial(
      Prehashed signature,
      Keyring.Candidate candidate,
      KeyJudge.Judgement entitled,
      DataHash data) {}

  /** One signature: either refused already, or with its trials. */
  private record Line(
      Optional<PGPSignature> signature, List<Trial> trials, Optional<String> refusal) {}

  private final List<Line> lines = new ArrayList<>();
  private final List<DataHash> begun;
  private final List<DataHash> hashes = new ArrayList<>();
  private final Set<Fingerprint> pinned;
  private final Instant now;

  /**
   * @param pinned if not empty, only these keys (primary or signing) count
   */
  public DetachedVerifier(
      Keyring keyring, SignatureFile file, Set<Fingerprint> pinned, Instant now) {
    this(keyring, file, pinned, now, List.of());
  }

  /**
   * With digests that are being fed already.
   *
   * @param pinned if not empty, only these keys (primary or signing) count
   * @param begun by {@link SignatureFile#begin}; what is needed besides is among {@link #hashes}
   */
  public DetachedVerifier(
      Keyring keyring,
      SignatureFile file,
      Set<Fingerprint> pinned,
      Instant now,
      List<DataHash> begun) {
    keyring.orNoKeys();
    this.begun = List.copyOf(begun);
    this.pinned = Set.copyOf(pinned);
    this.now = now;
    for (int i = 0; i < file.size(); i++) {
      lines.add(line(keyring, file, i));
    }
  }

  private Line line(Keyring keyring, SignatureFile file, int i) {
    try {
      PGPSignature first = file.signature(i);
      Optional<String> refusal = SignatureForm.refusal(first, now);
      List<Trial> trials = new ArrayList<>();
      if (refusal.isEmpty()) {
        for (Keyring.Candidate candidate : keyring.candidates(first)) {
          if (trials.size() < MOST_CANDIDATES) {
            PGPSignature signature = file.signature(i);
            if (signature.getKeyAlgorithm() != candidate.key().getAlgorithm()) {
              continue;
            }
            // judged now, for the data may take its time meanwhile
            KeyJudge.Judgement entitled =
                new KeyJudge(candidate, signature.getCreationTime().toInstant(), now).judge();
            Prehashed prepared = Prehashed.of(signature, candidate.key().getPGPPublicKey());
            trials.add(new Trial(prepared, candidate, entitled, hash(prepared)));
          }
        }
      }
      return new Line(Optional.of(first), trials, refusal);
    } catch (MalformedOpenPgp | PGPException | RuntimeException e) {
      return new Line(Optional.empty(), List.of(), Optional.of("it " + e.getMessage()));
    }
  }

  private DataHash hash(Prehashed signature) {
    byte[] salt = signature.salt();
    for (List<DataHash> known : List.of(begun, hashes)) {
      for (DataHash hash : known) {
        if (hash.is(signature.algorithm(), salt)) {
          return hash;
        }
      }
    }
    DataHash made = new DataHash(signature.algorithm(), salt);
    hashes.add(made);
    return made;
  }

  /**
   * The digests, besides those begun before, that the data must go through, whole and in order,
   * before {@link #finish}; each may be fed by a thread of its own.
   */
  public List<DataHash> hashes() {
    return List.copyOf(hashes);
  }

  /** The verdicts, in the file's order; to be called once, after the last byte. */
  public List<SignatureVerdict> finish() {
    return lines.stream().map(this::verdict).toList();
  }

  /** Checks data that is at hand whole. */
  public static List<SignatureVerdict> check(
      Keyring keyring, SignatureFile file, Set<Fingerprint> pinned, Instant now, byte[] data) {
    DetachedVerifier verifier = new DetachedVerifier(keyring, file, pinned, now);
    verifier.hashes().forEach(hash -> hash.update(data, 0, data.length));
    return verifier.finish();
  }

  private SignatureVerdict verdict(Line line) {
    String keyId =
        line.signature()
            .map(s -> String.format(Locale.ROOT, "%016X", s.getKeyID()))
            .orElse("unknown");
    Optional<Instant> created =
        line.refusal().isPresent() && line.signature().isEmpty()
            ? Optional.empty()
            : line.signature().map(s -> s.getCreationTime().toInstant());
    if (line.refusal().isPresent()) {
      return new SignatureVerdict(
          keyId, Optional.empty(), "", created, Status.REFUSED, line.refusal().get());
    }
    SignatureVerdict best =
        new SignatureVerdict(
            keyId,
            Optional.empty(),
            "",
            created,
            Status.NO_KEY,
            "it was made by a key that is not trusted here" + named(line.signature()));
    for (Trial trial : line.trials()) {
      SignatureVerdict verdict = tried(trial, keyId, created.orElseThrow());
      if (verdict.good()) {
        return verdict;
      }
      best = verdict;
    }
    return best;
  }

  private SignatureVerdict tried(Trial trial, String keyId, Instant created) {
    OpenPGPCertificate certificate = trial.candidate().certificate();
    Fingerprint primary = Keyring.fingerprint(certificate);
    KeyJudge.Judgement judgement;
    PGPPublicKey raw = trial.candidate().key().getPGPPublicKey();
    Optional<String> weak = SignatureForm.weakKey(raw.getAlgorithm(), raw.getBitStrength());
    if (weak.isPresent()) {
      judgement = new KeyJudge.Judgement(Status.KEY_INVALID, weak.get());
    } else if (!trial.signature().fits(trial.data())) {
      judgement =
          new KeyJudge.Judgement(
              Status.BAD, "the signature does not fit: the file or the signature was changed");
    } else if (!pinned.isEmpty()
        && !pinned.contains(primary)
        && !pinned.contains(
            Fingerprint.ofRaw(trial.candidate().key().getPGPPublicKey().getFingerprint()))) {
      judgement =
          new KeyJudge.Judgement(
              Status.REFUSED, "its key is trusted, but is not the one named with --fingerprint");
    } else {
      judgement = trial.entitled();
    }
    return new SignatureVerdict(
        keyId,
        Optional.of(primary),
        userId(certificate),
        Optional.of(created),
        judgement.status(),
        judgement.reason());
  }

  private static String named(Optional<PGPSignature> signature) {
    return signature
        .map(s -> s.getHashedSubPackets().getIssuerFingerprint())
        .map(f -> " (fingerprint " + HexFormat.of().withUpperCase().formatHex(f.getFingerprint()))
        .map(text -> text + ")")
        .orElse("");
  }

  private static String userId(OpenPGPCertificate certificate) {
    String text =
        certificate.getAllUserIds().isEmpty() ? "" : certificate.getAllUserIds().get(0).getUserId();
    if (certificate.getPrimaryUserId() != null) {
      text = certificate.getPrimaryUserId().getUserId();
    }
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    return clean.length() > 200 ? clean.substring(0, 200) + "..." : clean;
  }
}
