package dev.acp.bundle;

import dev.acp.archive.Compression;
import dev.acp.archive.TarEntry;
import dev.acp.archive.TarReader;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can be said of a package after its first entries, or of a bundle after its manifest, at any
 * size. Nothing is verified here.
 *
 * @param target the package, or the bundle's folder
 * @param bytes of the package, or of the bundle's files
 * @param manifestSigned true if the manifest has a signature of its own
 * @param charts empty if there are none, or if they are not told early
 */
public record Glance(
    Path target,
    long bytes,
    boolean folder,
    Manifest manifest,
    boolean manifestSigned,
    List<ChartsFile.Chart> charts) {
  /** The files that a package has right behind its manifest, so that a look into it is quick. */
  public static final List<String> EARLY = List.of("charts/charts.yaml");

  private static final int MOST_EARLY = 4 << 20;

  /** Looks at a package file or at a bundle's folder. */
  public static Glance at(Path target) {
    try {
      return PackageFile.is(target) ? file(new PackageFile(target)) : folder(target);
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, target + " cannot be read: " + e, e);
    }
  }

  private static Glance folder(Path target) throws IOException {
    Bundle bundle = Bundle.open(target, Optional.empty());
    Manifest manifest = bundle.manifest();
    byte[] charts = bundle.has(EARLY.get(0)) ? bundle.read(EARLY.get(0)) : new byte[0];
    return new Glance(
        bundle.root(),
        manifest.unpackedSize(),
        true,
        manifest,
        Files.exists(bundle.root().resolve(Manifest.SIGNATURE)),
        charts(charts));
  }

  private static Glance file(PackageFile pack) throws IOException {
    try (InputStream in = Compression.open(pack.open())) {
      TarReader tar = new TarReader(in);
      Manifest manifest = PackageFile.head(tar, Optional.empty()).manifest();
      boolean signed = false;
      byte[] charts = new byte[0];
      for (Optional<TarEntry> e = PackageFile.file(tar); e.isPresent(); ) {
        String path = e.get().name().substring(Manifest.ROOT.length() + 1);
        if (EARLY.contains(path)) {
          charts = checked(manifest, path, tar.readAll(MOST_EARLY));
        } else if (!signed && PackageFile.isSignature(e.get())) {
          PackageFile.readSignature(tar);
          signed = true;
        } else {
          break;
        }
        e = PackageFile.file(tar);
      }
      return new Glance(pack.path(), pack.size().count(), false, manifest, signed, charts(charts));
    }
  }

  private static byte[] checked(Manifest manifest, String path, byte[] bytes) {
    Digest digest = Digest.ofBytes(bytes);
    if (manifest.files().stream()
        .noneMatch(f -> f.path().equals(path) && f.digest().equals(digest))) {
      throw AcpException.of(
          FaultCode.BUNDLE_DAMAGED, path + " is not the one that the manifest lists.");
    }
    return bytes;
  }

  private static List<ChartsFile.Chart> charts(byte[] bytes) {
    return bytes.length == 0
        ? List.of()
        : ChartsFile.parse(EARLY.get(0), new String(bytes, StandardCharsets.UTF_8)).charts();
  }

  /** The bytes of each part of the bundle, by its folder; what lies at the top is acp's own. */
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new TreeMap<>();
    for (FileEntry file : manifest.files()) {
      int slash = file.path().indexOf('/');
      sizes.merge(slash < 0 ? "." : file.path().substring(0, slash), file.size(), Long::sum);
    }
    return sizes;
  }
}
