package dev.acp.cli;

import dev.acp.bundle.Glance;
import dev.acp.bundle.Manifest;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.SignatureClaim;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is said to have signed a package, to go by the signature beside it alone.
 *
 * @param file empty if there is no signature
 * @param problem why the file is no signature; empty if it is one
 * @param trusted the keys that this machine trusts
 */
record SignerClaims(
    Optional<Path> file, String problem, List<SignatureClaim> claims, Set<Fingerprint> trusted) {
  private static final int MOST_SIGNATURE = 64 << 10;
  private static final int MOST_KEYS = 4 << 20;

  static SignerClaims of(Glance glance, List<Path> keys) {
    Path target = glance.target();
    List<Path> usual =
        glance.folder()
            ? List.of(target.resolve(Manifest.SIGNATURE))
            : List.of(
                target.resolveSibling(target.getFileName() + ".sig"),
                target.resolveSibling(target.getFileName() + ".asc"));
    Optional<Path> file = usual.stream().filter(Files::isRegularFile).findFirst();
    if (file.isEmpty()) {
      return new SignerClaims(file, "", List.of(), Set.of());
    }
    try {
      List<SignatureClaim> claims = SignatureClaim.in(read(file.get(), MOST_SIGNATURE));
      return new SignerClaims(file, "", claims, trusted(claims, keys));
    } catch (IllegalArgumentException e) {
      return new SignerClaims(file, String.valueOf(e.getMessage()), List.of(), Set.of());
    }
  }

  /** The keys of the files that are read until every signature has its key, or of all. */
  private static Set<Fingerprint> trusted(List<SignatureClaim> claims, List<Path> keys) {
    Set<Fingerprint> all = new LinkedHashSet<>();
    List<Path> files = new ArrayList<>(TrustOptions.systemKeys());
    files.addAll(keys);
    for (Path file : files) {
      all.addAll(SignatureClaim.keysOf(read(file, MOST_KEYS)));
    }
    if (!claims.stream().allMatch(claim -> claim.names(all))) {
      TrustOptions.ownKeys().values().forEach(key -> all.addAll(SignatureClaim.keysOf(key)));
    }
    return all;
  }

  private static byte[] read(Path file, int most) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }
}
