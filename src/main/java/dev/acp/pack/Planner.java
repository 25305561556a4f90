package dev.acp.pack;

import dev.acp.bundle.ChartsFile;
import dev.acp.bundle.Manifest;
import dev.acp.bundle.OverridesFile;
import dev.acp.bundle.PackagesFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problem;
import dev.acp.fault.Problems;
import dev.acp.file.Content;
import dev.acp.oci.ImageSource;
import dev.acp.oci.MergedLayout;
import dev.acp.pack.PackageSpec.From;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Looks at every input of one spec, or of two that become a hybrid package. For one use. */
final class Planner {
  /** In manifests of networks and charts, for an image of the layout images/. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*image:([^}\\s]*)\\s*}}");

  private static final int MOST_TEXT = 4 << 20;

  /** A spec, its files and its mistakes. */
  record One(PackageSpec spec, Inputs inputs, Problems problems) {}

  private final List<One> all = new ArrayList<>();
  private final PackagePlan.Maker maker;
  private final Sbom sbom = new Sbom();
  private final List<Manifest.Component> components = new ArrayList<>();
  private final List<Manifest.SystemPackages> packages = new ArrayList<>();
  private final List<Manifest.Image> images = new ArrayList<>();
  private boolean imagesKnown = true;

  Planner(List<PackageSpec> specs, PackagePlan.Maker maker) {
    this.maker = maker;
    for (PackageSpec spec : specs) {
      Problems problems = new Problems(spec.file());
      all.add(
          new One(
              spec,
              all.isEmpty()
                  ? new Inputs(spec.root(), problems)
                  : new Inputs(spec.root(), problems, all.get(0).inputs()),
              problems));
    }
  }

  SortedMap<String, Inputs.Input> files() {
    return all.get(0).inputs().files();
  }

  List<Manifest.Component> components() {
    return components;
  }

  List<Manifest.SystemPackages> packages() {
    return packages;
  }

  List<Manifest.Image> images() {
    return images;
  }

  /** Collects everything; all that is wrong is thrown at once. */
  void plan() {
    all.forEach(this::collect);
    if (all.size() > 1) {
      Alike.check(all);
    }
    merge();
    if (imagesKnown) {
      placeholders();
    }
    List<Problem> found = all.stream().flatMap(one -> one.problems().all().stream()).toList();
    if (!found.isEmpty()) {
      throw new InvalidInput(FaultCode.SPEC_INVALID, found);
    }
    bill();
  }

  /** Of what is complete: the bill of materials joins the files last. */
  private void bill() {
    components.forEach(c -> sbom.component(c, files()));
    images.forEach(sbom::image);
    try {
      OwnParts.in(files()).forEach(sbom::own);
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, "An input cannot be read: " + e, e);
    }
    One first = all.get(0);
    byte[] bytes = sbom.bytes(first.spec(), arch(), maker.acpVersion(), maker.time());
    first.inputs().add(Sbom.PATH, Content.ofBytes(bytes), "the bill of materials");
    first.problems().throwIfAny(FaultCode.SPEC_INVALID);
  }

  String arch() {
    return all.size() > 1 ? "hybrid" : all.get(0).spec().arch();
  }

  private void collect(One one) {
    PackageSpec spec = one.spec();
    for (PackageSpec.Component c : spec.components()) {
      String dir = "binaries/" + c.arch() + "/" + c.name() + "/" + c.version();
      one.inputs().addFolder(c.from(), dir);
      components.add(new Manifest.Component(c.name(), c.version(), c.arch(), dir));
    }
    for (PackageSpec.Packages p : spec.packages()) {
      String dir = "packages/" + p.system() + "-" + p.arch();
      Manifest.SystemPackages there = new Manifest.SystemPackages(p.system(), p.arch(), dir);
      addWith(one, p.from(), "packages.yaml", dir);
      packages.add(there);
      systemPackages(one, p.from(), there);
    }
    spec.networks().forEach(n -> addWith(one, n.from(), "mode.yaml", "network/" + n.mode()));
    spec.charts().ifPresent(c -> charts(one, c));
    res(one);
    spec.tools().forEach(t -> one.inputs().addTop(t.from()));
  }

  private static void addWith(One one, From from, String needed, String target) {
    if (one.inputs().folder(from) && one.inputs().holds(from, needed)) {
      one.inputs().addFolder(from, target);
    }
  }

  /** What is listed must be there, and readable: setup would find out too late. */
  private void systemPackages(One one, From from, Manifest.SystemPackages there) {
    Inputs.Input list = files().get(there.dir() + "/packages.yaml");
    if (list == null) {
      return;
    }
    told(
        one,
        from.line(),
        () -> {
          for (PackagesFile.One p : PackagesFile.parse(list.origin(), text(list)).all()) {
            listed(one, from, list, there.dir() + "/" + p.file())
                .ifPresent(file -> sbom.systemPackage(there, p.name(), p.version(), file));
          }
        });
  }

  private void charts(One one, From from) {
    addWith(one, from, "charts.yaml", "charts");
    Inputs.Input list = files().get("charts/charts.yaml");
    if (list == null) {
      return;
    }
    told(
        one,
        from.line(),
        () -> {
          for (ChartsFile.Chart chart : ChartsFile.parse(list.origin(), text(list)).charts()) {
            sbom.chart(chart.name(), chart.version());
            chart.manifests().forEach(name -> listed(one, from, list, "charts/" + name));
          }
        });
  }

  private Optional<Inputs.Input> listed(One one, From from, Inputs.Input list, String path) {
    Optional<Inputs.Input> file = Optional.ofNullable(files().get(path));
    if (file.isEmpty()) {
      one.problems().add(from.line(), list.origin() + " names " + path + ", which is missing", "");
    }
    return file;
  }

  private void res(One one) {
    Optional<From> laid = one.spec().res();
    laid.ifPresent(from -> one.inputs().addFolder(from, "res"));
    maker
        .ownRes()
        .forEach((name, bytes) -> one.inputs().addBelow("res/" + name, Content.ofBytes(bytes)));
    Optional.ofNullable(files().get("res/overrides.yaml"))
        .ifPresent(
            file ->
                told(
                    one,
                    laid.map(From::line).orElse(0),
                    () ->
                        OverridesFile.parse(
                            text(file).getBytes(StandardCharsets.UTF_8), "res/overrides.yaml")));
  }

  private void merge() {
    MergedLayout merged = new MergedLayout();
    boolean whole = true;
    for (One one : all) {
      for (From from : one.spec().images()) {
        whole &= told(one, from.line(), () -> open(one, from, merged));
      }
    }
    One last = all.get(all.size() - 1);
    List<From> listed = last.spec().images();
    if (listed.isEmpty() || !whole) {
      // what is missing is told; what else would be wrong for that reason is not
      imagesKnown = whole;
      return;
    }
    told(
        last,
        listed.get(0).line(),
        () -> {
          merged.finish(platforms());
          merged
              .files()
              .forEach((path, file) -> last.inputs().add("images/" + path, file, "an image"));
          merged
              .images()
              .forEach(
                  i -> images.add(new Manifest.Image(i.ref().toString(), i.descriptor().digest())));
        });
  }

  private void open(One one, From from, MergedLayout merged) {
    Problems problems = new Problems(from.path());
    for (ImageSource source : ImageSource.open(one.inputs().path(from), maker.scratch())) {
      try {
        source.check();
        merged.add(one.spec().arch(), source);
      } catch (InvalidInput e) {
        problems.addAll(e.problems());
      }
    }
    problems.throwIfAny(FaultCode.SPEC_INVALID);
  }

  private List<String> platforms() {
    return arch().equals("hybrid")
        ? List.of("linux/amd64", "linux/arm64")
        : List.of("linux/" + arch());
  }

  /** Turns another room's fault into a problem of the spec's line; true if there was none. */
  private static boolean told(One one, int line, Runnable work) {
    try {
      work.run();
      return true;
    } catch (InvalidInput e) {
      e.problems().forEach(p -> one.problems().add(line, p.toString(), ""));
    } catch (AcpException e) {
      one.problems().add(line, e.fault().what(), "");
    }
    return false;
  }

  private void placeholders() {
    Set<String> known = images.stream().map(Manifest.Image::ref).collect(Collectors.toSet());
    files()
        .forEach(
            (path, file) -> {
              if (path.startsWith("network/") || path.startsWith("charts/")) {
                Matcher found = PLACEHOLDER.matcher(text(file));
                while (found.find()) {
                  if (!known.contains(found.group(1))) {
                    all.get(0)
                        .problems()
                        .add(
                            0,
                            path + " wants the image " + found.group(1),
                            "images has " + String.join(", ", known.stream().sorted().toList()));
                  }
                }
              }
            });
  }

  private static String text(Inputs.Input file) {
    try (InputStream in = file.content().open()) {
      return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, "An input cannot be read: " + e, e);
    }
  }
}
