package dev.acp.pack;

import dev.acp.bundle.FileEntry;
import dev.acp.bundle.Manifest;
import dev.acp.event.Stop;
import dev.acp.fault.InvalidInput;
import dev.acp.oci.Scratch;
import dev.acp.value.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What a package will hold, complete and checked before a byte of it is written. */
public final class PackagePlan {
  /**
   * Who makes the package, and what all packages have from there.
   *
   * @param ownRes acp's own files for the bundle's res/, by name
   * @param acpVersion of the acp that makes it
   * @param time what the bill of materials says of when; it is an input like others
   * @param scratch lasts until the package is written
   * @param stop is looked at between files
   */
  public record Maker(
      Map<String, byte[]> ownRes,
      String acpVersion,
      Optional<Instant> time,
      Scratch scratch,
      Stop stop) {}

  private final Manifest manifest;
  private final SortedMap<String, Inputs.Input> files;

  private PackagePlan(Manifest manifest, SortedMap<String, Inputs.Input> files) {
    this.manifest = manifest;
    this.files = files;
  }

  /**
   * Looks at every input; what is missing or wrong is told at once, as {@link InvalidInput}.
   *
   * @param specs one, or one for amd64 and one for arm64, which become one package
   */
  public static PackagePlan of(List<PackageSpec> specs, Maker maker) {
    List<PackageSpec> sorted =
        specs.stream().sorted(Comparator.comparing(PackageSpec::arch)).toList();
    Planner planner = new Planner(sorted, maker);
    planner.plan();
    return new PackagePlan(manifest(sorted, planner), planner.files());
  }

  public Manifest manifest() {
    return manifest;
  }

  SortedMap<String, Inputs.Input> files() {
    return files;
  }

  private static Manifest manifest(List<PackageSpec> specs, Planner planned) {
    PackageSpec first = specs.get(0);
    List<FileEntry> entries = new ArrayList<>();
    planned
        .files()
        .forEach(
            (path, f) ->
                entries.add(
                    new FileEntry(
                        path, f.content().size().count(), f.mode(), f.content().digest())));
    return new Manifest(
        first.product(),
        first.version(),
        planned.arch(),
        planned.components().stream()
            .filter(c -> c.name().equals("kubernetes"))
            .flatMap(c -> Version.parse(c.version()).stream())
            .distinct()
            .sorted()
            .toList(),
        first.acpAtLeast(),
        first.acpBecause(),
        planned.components(),
        planned.packages(),
        planned.images(),
        first.networks().stream().map(PackageSpec.Network::mode).sorted().toList(),
        first.charts().isPresent(),
        entries.stream().mapToLong(FileEntry::size).sum(),
        entries);
  }
}
