package dev.acp.cli;

import dev.acp.bundle.Trust;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.ResFolder;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
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
    for (Map.Entry<String, byte[]> file : ownKeys().entrySet()) {
      ring = ring.with(file.getValue(), "res/" + file.getKey());
    }
    Set<Fingerprint> pinned = new LinkedHashSet<>(fingerprints);
    return new Trust(ring.orNoKeys(), pinned);
  }

  /** The key files of this machine. */
  static List<Path> systemKeys() {
    if (!Files.isDirectory(SYSTEM_KEYS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(SYSTEM_KEYS)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The key folder " + SYSTEM_KEYS + " cannot be read: " + e, e);
    }
  }

  /** The key files that acp itself carries, by their path below res/. */
  static Map<String, byte[]> ownKeys() {
    Map<String, byte[]> keys = new TreeMap<>(ResFolder.files());
    keys.keySet().removeIf(name -> !name.startsWith("keys/") || name.endsWith(".md"));
    return keys;
  }

  static final class FingerprintConverter implements ITypeConverter<Fingerprint> {
    @Override
    public Fingerprint convert(String value) {
      return Fingerprint.parse(value)
          .orElseThrow(() -> new TypeConversionException("not 40 or 64 hex digits: " + value));
    }
  }
}
