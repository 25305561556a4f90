package dev.acp.check;

import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.file.Res;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.Arch;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The systems that acp installs on: the product's, and those that a bundle adds. */
public record SupportMatrix(List<Entry> systems) {
  private static final String FILE = "support-matrix.yaml";

  /**
   * One supported system.
   *
   * @param kernels beginnings of kernel releases; empty means any
   * @param atMost the newest Kubernetes minor release that runs there
   * @param advice why it is supported with a warning only
   */
  public record Entry(
      String id,
      List<String> versions,
      List<Arch> archs,
      List<String> kernels,
      Optional<String> kernelFrom,
      Optional<Version> atMost,
      Optional<String> advice) {
    boolean isFor(Os os, Arch arch) {
      return id.equals(os.id())
          && archs.contains(arch)
          && (versions.contains(os.version()) || versions.contains(os.fullVersion()));
    }

    boolean hasKernel(String release) {
      return (kernels.isEmpty() || kernels.stream().anyMatch(k -> Kernels.begins(release, k)))
          && kernelFrom.map(least -> Kernels.compare(release, least) >= 0).orElse(true);
    }
  }

  public SupportMatrix {
    systems = List.copyOf(systems);
  }

  /** The product's own. */
  public static SupportMatrix product() {
    return new SupportMatrix(read("res/" + FILE, Res.bytes(FILE), FaultCode.INTERNAL));
  }

  /**
   * The product's with what a bundle adds.
   *
   * @param bundle the bundle's folder; its copy stands in res/support-matrix.yaml
   */
  public static SupportMatrix load(Optional<Path> bundle) {
    List<Entry> all = new ArrayList<>(product().systems());
    Optional<Path> file =
        bundle.map(b -> b.resolve("res").resolve(FILE)).filter(Files::isRegularFile);
    if (file.isPresent()) {
      try {
        read(file.get().toString(), Files.readAllBytes(file.get()), FaultCode.BUNDLE_INVALID)
            .stream()
            .filter(e -> !all.contains(e))
            .forEach(all::add);
      } catch (IOException e) {
        throw dev.acp.fault.AcpException.of(
            FaultCode.FILE_UNREADABLE, file.get() + " cannot be read: " + e, e);
      }
    }
    return new SupportMatrix(all);
  }

  /** The entries for a system; several where its service packs differ by kernel. */
  public List<Entry> find(Os os, Arch arch) {
    return systems.stream().filter(e -> e.isFor(os, arch)).toList();
  }

  private static List<Entry> read(String name, byte[] content, FaultCode code) {
    Problems problems = new Problems(name);
    List<Entry> all = new ArrayList<>();
    Yaml.read(content, problems)
        .ifPresent(
            top -> {
              top.only("systems");
              for (YamlValue item : top.list("systems")) {
                item.asMap().ifPresent(map -> all.add(entry(map)));
              }
            });
    problems.throwIfAny(code);
    return all;
  }

  private static Entry entry(YamlMap map) {
    map.only("id", "versions", "archs", "kernels", "kernelFrom", "kubernetes", "advice");
    Optional<Version> atMost =
        map.map("kubernetes")
            .flatMap(k -> k.only("atMost").as("atMost", Version::parse, "a version"));
    return new Entry(
        map.needString("id").orElse(""),
        map.strings("versions"),
        map.list("archs").stream()
            .map(v -> v.as(Arch::byId, "amd64 or arm64"))
            .flatMap(Optional::stream)
            .toList(),
        map.strings("kernels"),
        map.string("kernelFrom"),
        atMost,
        map.string("advice"));
  }
}
