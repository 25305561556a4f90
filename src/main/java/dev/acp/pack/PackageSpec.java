package dev.acp.pack;

import dev.acp.value.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file that says what a package is made of (kind: PackageSpec).
 *
 * @param file the spec's own name, for messages
 * @param root what its paths are relative to
 * @param tools acp itself with its Java runtime, once for each architecture
 * @param charts where the platform's components are, if there are any
 * @param res what is laid over acp's own res/
 */
public record PackageSpec(
    String file,
    Path root,
    String product,
    String version,
    String arch,
    Version acpAtLeast,
    String acpBecause,
    List<Component> components,
    List<Packages> packages,
    List<Tool> tools,
    List<From> images,
    List<Network> networks,
    Optional<From> charts,
    Optional<From> res) {
  /** A path relative to the root, and the line that names it. */
  public record From(String path, int line) {}

  /** A program: its files go to binaries/ARCH/NAME/VERSION/. */
  public record Component(String name, String version, String arch, From from) {}

  /** rpm or deb files: they go to packages/SYSTEM-ARCH/. */
  public record Packages(String system, String arch, From from) {}

  /** acp itself with its Java runtime for one architecture: its files go to the bundle's top. */
  public record Tool(String arch, From from) {}

  /** A network mode: its files go to network/MODE/. */
  public record Network(String mode, From from) {}
}
