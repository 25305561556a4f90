package dev.acp.bundle;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import dev.acp.value.Version;
import java.util.List;

/**
 * What a package says of itself (manifest.yaml): what it holds, and every file with size, mode and
 * digest. Its signature therefore covers every byte that acp uses.
 *
 * @param arch amd64, arm64 or hybrid
 * @param kubernetes the Kubernetes versions it installs
 * @param acpAtLeast the oldest acp that can install it
 * @param acpBecause why an older one cannot
 * @param networks the network modes it carries, below network/
 * @param charts true if there is charts/charts.yaml
 * @param unpackedSize the sum of the files' sizes, in bytes
 * @param files every file but manifest.yaml and manifest.yaml.sig, by path
 */
public record Manifest(
    String product,
    String version,
    String arch,
    List<Version> kubernetes,
    Version acpAtLeast,
    String acpBecause,
    List<Component> components,
    List<SystemPackages> packages,
    List<Image> images,
    List<String> networks,
    boolean charts,
    long unpackedSize,
    List<FileEntry> files) {
  /** The format that this acp reads and writes. */
  public static final int FORMAT = 1;

  /** Its name in the bundle's folder. */
  public static final String NAME = "manifest.yaml";

  /** The name of its signature. */
  public static final String SIGNATURE = "manifest.yaml.sig";

  /** The folder that everything lies under, in the archive and unpacked. */
  public static final String ROOT = "installer";

  /** The most bytes that a manifest may have (some 300,000 files). */
  static final int MOST_BYTES = 48 << 20;

  /** A program or a set of them; dir is relative to installer/. */
  public record Component(String name, String version, String arch, String dir) {}

  /** rpm or deb files for one system such as debian-12; dir holds packages.yaml. */
  public record SystemPackages(String system, String arch, String dir) {}

  /** An image of the layout images/, named without a registry's host. */
  public record Image(String ref, Digest digest) {}

  public Manifest {
    kubernetes = List.copyOf(kubernetes);
    components = List.copyOf(components);
    packages = List.copyOf(packages);
    images = List.copyOf(images);
    networks = List.copyOf(networks);
    files = List.copyOf(files);
  }

  /** Reads manifest.yaml; what is wrong with it is {@link FaultCode#BUNDLE_DAMAGED}. */
  public static Manifest parse(byte[] content, String name) {
    return ManifestReader.read(content, name);
  }

  /** The file's text; the same manifest gives the same text. */
  public String text() {
    return ManifestWriter.text(this);
  }

  /** Refuses a package that needs a newer acp, with its maker's reason. */
  public void requireAcp(Version running) {
    if (running.compareTo(acpAtLeast) < 0) {
      throw AcpException.of(
          FaultCode.ACP_TOO_OLD,
          product
              + " "
              + version
              + " needs acp "
              + acpAtLeast
              + " or newer, but this is acp "
              + running
              + (acpBecause.isEmpty() ? "." : ": " + acpBecause + "."));
    }
  }
}
