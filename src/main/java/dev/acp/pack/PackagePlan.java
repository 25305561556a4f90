package dev.acp.pack;

import dev.acp.bundle.FileEntry;
import dev.acp.bundle.Manifest;
import dev.acp.bundle.OverridesFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problems;
import dev.acp.file.Content;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.MergedLayout;
import dev.acp.pack.PackageSpec.From;
import dev.acp.value.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a package will hold, complete and checked before a byte of it is written. */
public final class PackagePlan {
  /** In manifests of networks and charts, for an image of the layout images/. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*image:([^}\\s]*)\\s*}}");

  private static final int MOST_TEXT = 4 << 20;

  private final Manifest manifest;
  private final SortedMap<String, Inputs.Input> files;

  private PackagePlan(Manifest manifest, SortedMap<String, Inputs.Input> files) {
    this.manifest = manifest;
    this.files = files;
  }

  /**
   * Looks at every input; what is missing or wrong is told at once, as {@link InvalidInput}.
   *
   * @param ownRes acp's own files for the bundle's res/, by name
   */
  public static PackagePlan of(PackageSpec spec, Path root, Map<String, byte[]> ownRes) {
    return new Planner(spec, root, ownRes).plan();
  }

  public Manifest manifest() {
    return manifest;
  }

  SortedMap<String, Inputs.Input> files() {
    return files;
  }

  private static final class Planner {
    private final PackageSpec spec;
    private final Map<String, byte[]> ownRes;
    private final Problems problems;
    private final Inputs inputs;

    Planner(PackageSpec spec, Path root, Map<String, byte[]> ownRes) {
      this.ownRes = ownRes;
      this.spec = spec;
      this.problems = new Problems(spec.file());
      this.inputs = new Inputs(root, problems);
    }

    PackagePlan plan() {
      List<Manifest.Component> components = new ArrayList<>();
      for (PackageSpec.Component c : spec.components()) {
        String dir = "binaries/" + c.arch() + "/" + c.name() + "/" + c.version();
        inputs.addFolder(c.from(), dir);
        components.add(new Manifest.Component(c.name(), c.version(), c.arch(), dir));
      }
      List<Manifest.SystemPackages> packages = new ArrayList<>();
      for (PackageSpec.Packages p : spec.packages()) {
        String dir = "packages/" + p.system() + "-" + p.arch();
        addWith(p.from(), "packages.yaml", dir);
        packages.add(new Manifest.SystemPackages(p.system(), p.arch(), dir));
      }
      spec.networks().forEach(n -> addWith(n.from(), "mode.yaml", "network/" + n.mode()));
      spec.charts().ifPresent(c -> addWith(c, "charts.yaml", "charts"));
      res();
      spec.tools().forEach(t -> inputs.addTop(t.from()));
      List<Manifest.Image> images = images();
      placeholders(images);
      problems.throwIfAny(FaultCode.SPEC_INVALID);
      return new PackagePlan(manifest(components, packages, images), inputs.files());
    }

    private void addWith(From from, String needed, String target) {
      if (inputs.folder(from) && inputs.holds(from, needed)) {
        inputs.addFolder(from, target);
      }
    }

    private void res() {
      spec.res().ifPresent(from -> inputs.addFolder(from, "res"));
      ownRes.forEach((name, bytes) -> inputs.addBelow("res/" + name, Content.ofBytes(bytes)));
      Optional.ofNullable(inputs.files().get("res/overrides.yaml"))
          .ifPresent(
              file -> told(spec.res().map(From::line).orElse(0), () -> parseOverrides(file)));
    }

    private static void parseOverrides(Inputs.Input file) {
      OverridesFile.parse(
          text(file.content()).getBytes(StandardCharsets.UTF_8), "res/overrides.yaml");
    }

    private List<Manifest.Image> images() {
      List<ImageLayout> layouts = new ArrayList<>();
      for (From from : spec.images()) {
        told(from.line(), () -> layouts.add(ImageLayout.open(inputs.path(from))));
      }
      List<Manifest.Image> images = new ArrayList<>();
      if (!layouts.isEmpty()) {
        told(
            spec.images().get(0).line(),
            () -> {
              MergedLayout merged = MergedLayout.of(layouts);
              merged
                  .files()
                  .forEach((path, file) -> inputs.add("images/" + path, file, "an image"));
              merged
                  .images()
                  .forEach(
                      i ->
                          images.add(
                              new Manifest.Image(i.ref().toString(), i.descriptor().digest())));
            });
      }
      return images;
    }

    /** Turns another room's fault into a problem of the spec's line. */
    private void told(int line, Runnable work) {
      try {
        work.run();
      } catch (InvalidInput e) {
        e.problems().forEach(p -> problems.add(line, p.toString(), ""));
      } catch (AcpException e) {
        problems.add(line, e.fault().what(), "");
      }
    }

    private void placeholders(List<Manifest.Image> images) {
      Set<String> known = images.stream().map(Manifest.Image::ref).collect(Collectors.toSet());
      inputs
          .files()
          .forEach(
              (path, file) -> {
                if (path.startsWith("network/") || path.startsWith("charts/")) {
                  Matcher found = PLACEHOLDER.matcher(text(file.content()));
                  while (found.find()) {
                    if (!known.contains(found.group(1))) {
                      problems.add(
                          0,
                          path + " wants the image " + found.group(1),
                          "images has " + String.join(", ", known.stream().sorted().toList()));
                    }
                  }
                }
              });
    }

    private static String text(Content content) {
      try (InputStream in = content.open()) {
        return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw AcpException.of(FaultCode.FILE_UNREADABLE, "An input cannot be read: " + e, e);
      }
    }

    private Manifest manifest(
        List<Manifest.Component> components,
        List<Manifest.SystemPackages> packages,
        List<Manifest.Image> images) {
      List<FileEntry> entries = new ArrayList<>();
      inputs
          .files()
          .forEach(
              (path, f) ->
                  entries.add(
                      new FileEntry(
                          path, f.content().size().count(), f.mode(), f.content().digest())));
      return new Manifest(
          spec.product(),
          spec.version(),
          spec.arch(),
          spec.components().stream()
              .filter(c -> c.name().equals("kubernetes"))
              .flatMap(c -> Version.parse(c.version()).stream())
              .distinct()
              .sorted()
              .toList(),
          spec.acpAtLeast(),
          spec.acpBecause(),
          components,
          packages,
          images,
          spec.networks().stream().map(PackageSpec.Network::mode).sorted().toList(),
          spec.charts().isPresent(),
          entries.stream().mapToLong(FileEntry::size).sum(),
          entries);
    }
  }
}
