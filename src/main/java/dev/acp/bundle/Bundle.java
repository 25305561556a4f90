package dev.acp.bundle;

import dev.acp.cluster.Offer;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.openpgp.SignatureVerdict;
import dev.acp.value.Arch;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import dev.acp.value.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An unpacked bundle, by its manifest: what it offers and where its files are. Immutable. */
public final class Bundle {
  private static final int MOST_READ = 64 << 20;

  /**
   * A file of the bundle.
   *
   * @param name relative to the folder that was asked for
   * @param content with the manifest's size and digest; whoever writes it somewhere checks them
   */
  public record BundleFile(String name, int mode, Content content) {}

  private final Path root;
  private final Manifest manifest;
  private final Map<String, FileEntry> files = new LinkedHashMap<>();

  private Bundle(Path root, Manifest manifest) {
    this.root = root;
    this.manifest = manifest;
    manifest.files().forEach(f -> files.put(f.path(), f));
  }

  /**
   * Opens the folder installer/ or the one above it.
   *
   * @param trust if given, manifest.yaml.sig must hold; the files' digests are then worth as much
   */
  public static Bundle open(Path folder, Optional<Trust> trust) {
    return open(folder, trust, Clock.systemUTC());
  }

  static Bundle open(Path folder, Optional<Trust> trust, Clock clock) {
    Path root = root(folder);
    try {
      byte[] bytes = Files.readAllBytes(root.resolve(Manifest.NAME));
      if (trust.isPresent()) {
        List<SignatureVerdict> verdicts =
            BundleVerifier.manifestSignatures(root, bytes, trust.get(), clock);
        if (verdicts.stream().noneMatch(SignatureVerdict::good)) {
          throw Verification.of(
                  root,
                  Bytes.of(bytes.length),
                  FileDigest.of(Digest.ofBytes(bytes)),
                  verdicts,
                  List.of(),
                  clock.instant())
              .fault();
        }
      }
      return new Bundle(root, Manifest.parse(bytes, root.resolve(Manifest.NAME).toString()));
    } catch (IOException e) {
      throw Unreadable.because(root, e);
    }
  }

  static Path root(Path folder) {
    for (Path candidate : List.of(folder, folder.resolve(Manifest.ROOT))) {
      if (Files.isRegularFile(candidate.resolve(Manifest.NAME))) {
        return candidate;
      }
    }
    throw AcpException.of(
        FaultCode.BUNDLE_INVALID,
        folder + " is no bundle: it has no " + Manifest.NAME + " in it or below installer/.");
  }

  public Path root() {
    return root;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** True if the manifest lists this path. */
  public boolean has(String path) {
    return files.containsKey(path);
  }

  /** A file by its path below installer/; one that is not listed is a damaged bundle. */
  public BundleFile file(String path) {
    FileEntry entry = files.get(path);
    if (entry == null) {
      throw AcpException.of(
          FaultCode.BUNDLE_DAMAGED, "The bundle " + root + " has no file " + path + ".");
    }
    return bundleFile(entry, path);
  }

  private BundleFile bundleFile(FileEntry entry, String name) {
    return new BundleFile(
        name,
        entry.mode(),
        Content.ofFile(root.resolve(entry.path()), Bytes.of(entry.size()), entry.digest()));
  }

  /** The files below a folder, in the manifest's order, named relative to it. */
  public List<BundleFile> folder(String dir) {
    List<BundleFile> found = new ArrayList<>();
    for (FileEntry entry : manifest.files()) {
      if (entry.path().startsWith(dir + "/")) {
        found.add(bundleFile(entry, entry.path().substring(dir.length() + 1)));
      }
    }
    return found;
  }

  /** A small file's bytes, checked against the manifest's digest. */
  public byte[] read(String path) {
    BundleFile file = file(path);
    try (InputStream in = file.content().open()) {
      byte[] bytes = in.readNBytes(MOST_READ);
      if (!Digest.ofBytes(bytes).equals(file.content().digest())) {
        throw AcpException.of(
            FaultCode.BUNDLE_DAMAGED, root.resolve(path) + " was changed after it was unpacked.");
      }
      return bytes;
    } catch (IOException e) {
      throw Unreadable.because(root.resolve(path), e);
    }
  }

  /** A small text file, checked as {@link #read} does. */
  public String text(String path) {
    return new String(read(path), StandardCharsets.UTF_8);
  }

  /** Every version of a component that the bundle holds for an architecture, as it is written. */
  public List<String> componentVersions(String name, Arch arch) {
    return manifest.components().stream()
        .filter(c -> c.name().equals(name) && c.arch().equals(arch.id()))
        .map(Manifest.Component::version)
        .toList();
  }

  /** The files of a component; a version may have its v or not. */
  public List<BundleFile> component(String name, String version, Arch arch) {
    return manifest.components().stream()
        .filter(c -> c.name().equals(name) && c.arch().equals(arch.id()))
        .filter(c -> bare(c.version()).equals(bare(version)))
        .findFirst()
        .map(c -> folder(c.dir()))
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.BUNDLE_INVALID,
                    "The bundle holds no "
                        + name
                        + " "
                        + version
                        + " for "
                        + arch
                        + "; it holds "
                        + manifest.components()
                        + "."));
  }

  private static String bare(String version) {
    return version.startsWith("v") ? version.substring(1) : version;
  }

  public List<String> networkModes() {
    return manifest.networks();
  }

  /** mode.yaml and the manifests of a network mode; one that is not there names those that are. */
  public List<BundleFile> network(String mode) {
    if (!manifest.networks().contains(mode)) {
      throw AcpException.of(
          FaultCode.BUNDLE_INVALID,
          "The bundle does not carry the network mode "
              + mode
              + "; it carries "
              + String.join(", ", manifest.networks())
              + ".");
    }
    return folder("network/" + mode);
  }

  /** What a network mode says of itself; one that is not there names those that are. */
  public ModeFile mode(String mode) {
    network(mode);
    String path = "network/" + mode + "/mode.yaml";
    return ModeFile.parse(path, text(path));
  }

  /** packages.yaml and the rpm or deb files for a system such as debian-12; empty if none. */
  public List<BundleFile> nodePackages(String system, Arch arch) {
    return manifest.packages().stream()
        .filter(p -> p.system().equals(system) && p.arch().equals(arch.id()))
        .findFirst()
        .map(p -> folder(p.dir()))
        .orElse(List.of());
  }

  /** charts.yaml and what belongs to it; empty if the bundle has none. */
  public List<BundleFile> charts() {
    return folder("charts");
  }

  /** The folder of the OCI image layout. */
  public Path imageLayout() {
    return root.resolve("images");
  }

  /** What a cluster file can choose from, with the maker's overrides. */
  public Offer offer() {
    List<Arch> archs =
        manifest.arch().equals("hybrid")
            ? List.of(Arch.values())
            : Arch.byId(manifest.arch()).stream().toList();
    return new Offer(manifest.kubernetes(), archs, manifest.networks(), OverridesFile.read(this));
  }
}
