package dev.acp.cli;

import dev.acp.bundle.Trust;
import dev.acp.file.ResFolder;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.Keyring;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Whom a command trusts: /etc/acp/keys, acp's own res/keys, and --key. Never a key that comes with
 * what is being verified.
 */
public final class TrustOptions {
  private static final Path SYSTEM_KEYS = Path.of("/etc/acp/keys");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Trust the public keys in this file too, armored or binary.")
  private List<Path> keys = new ArrayList<>();

  @Option(
      names = "--fingerprint",
      paramLabel = "FPR",
      converter = FingerprintConverter.class,
      description = "Take only a signature by this key; spaces and case do not matter.")
  private List<Fingerprint> fingerprints = new ArrayList<>();

  Trust trust() {
    Keyring ring = Keyring.load(List.of(SYSTEM_KEYS), keys);
    for (Map.Entry<String, byte[]> file : ResFolder.files().entrySet()) {
      if (file.getKey().startsWith("keys/") && !file.getKey().endsWith(".md")) {
        ring = ring.with(file.getValue(), "res/" + file.getKey());
      }
    }
    Set<Fingerprint> pinned = new LinkedHashSet<>(fingerprints);
    return new Trust(ring.orNoKeys(), pinned);
  }

  static final class FingerprintConverter implements ITypeConverter<Fingerprint> {
    @Override
    public Fingerprint convert(String value) {
      return Fingerprint.parse(value)
          .orElseThrow(() -> new TypeConversionException("not 40 or 64 hex digits: " + value));
    }
  }
}
