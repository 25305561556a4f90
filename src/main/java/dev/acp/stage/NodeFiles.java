package dev.acp.stage;

import dev.acp.bundle.Bundle.BundleFile;
import dev.acp.bundle.PackagesFile;
import dev.acp.change.Change;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.PutFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.file.Res;
import dev.acp.node.Node;
import dev.acp.node.SystemFacts;
import dev.acp.pipeline.Scope;
import dev.acp.pipeline.Stage;
import dev.acp.value.Arch;
import dev.acp.value.StageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The programs, units and system packages that a node needs; nothing is started yet. */
public final class NodeFiles implements Stage.OnNodes<SetupInput> {
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);

  @Override
  public StageId id() {
    return StageId.of("node-files");
  }

  @Override
  public Scope scope(SetupInput in) {
    return new Scope(in.all(), 16);
  }

  @Override
  public List<Change> changes(Node node, SetupInput in) {
    Arch arch = in.arch(node.name());
    List<Change> changes = new ArrayList<>(packages(in.os(node.name()), arch, in));
    changes.addAll(binaries(in.bundle().component("runc", newest(in, "runc", arch), arch)));
    changes.addAll(
        binaries(in.bundle().component("containerd", newest(in, "containerd", arch), arch)));
    changes.addAll(
        binaries(
            in.bundle()
                .component("kubernetes", in.spec().kubernetes().version().toString(), arch)));
    if (node.spec().isControlPlane()) {
      changes.addAll(binaries(in.bundle().component("etcdctl", newest(in, "etcdctl", arch), arch)));
    }
    changes.add(unit("containerd.service", "containerd.service"));
    changes.add(unit("kubelet.service", "kubelet.service"));
    changes.add(unit("kubelet.service.d/10-kubeadm.conf", "10-kubeadm.conf"));
    return changes;
  }

  /** A program of a component, as it goes to the node. */
  static PutFile program(SetupInput in, String component, String version, Arch arch, String name) {
    BundleFile file =
        in.bundle().component(component, version, arch).stream()
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    AcpException.of(
                        FaultCode.BUNDLE_INVALID,
                        "The bundle's " + component + " " + version + " has no " + name + "."));
    return new PutFile(NodePaths.BIN.resolve(name), "0755", file.content());
  }

  /** A unit, or a drop-in of one, as it goes to the node. */
  static PutFile unit(String name, String resource) {
    return new PutFile(
        NodePaths.UNITS.resolve(name), "0644", Content.ofText(Res.text("units/" + resource)));
  }

  /** The version of a component that the bundle has one of. */
  static String newest(SetupInput in, String component, Arch arch) {
    List<String> versions = in.bundle().componentVersions(component, arch);
    return versions.isEmpty() ? "(none)" : versions.get(versions.size() - 1);
  }

  private static List<Change> binaries(List<BundleFile> files) {
    List<Change> changes = new ArrayList<>();
    for (BundleFile file : files) {
      changes.add(new PutFile(NodePaths.BIN.resolve(file.name()), "0755", file.content()));
    }
    return changes;
  }

  /**
   * The files of packages that the node's system may lack, then one action that installs those
   * missing.
   */
  private static List<Change> packages(SystemFacts.Os os, Arch arch, SetupInput in) {
    String system = os.id() + "-" + os.fullVersion();
    List<BundleFile> files = in.bundle().nodePackages(system, arch);
    if (files.isEmpty()) {
      return List.of();
    }
    PackagesFile packages =
        PackagesFile.parse("packages.yaml for " + system, text(in, system, arch));
    List<Change> changes = new ArrayList<>();
    List<String> args = new ArrayList<>();
    args.add(NodePaths.PACKAGES.text());
    for (PackagesFile.One one : packages.all()) {
      BundleFile file =
          files.stream()
              .filter(f -> f.name().equals(one.file()))
              .findFirst()
              .orElseThrow(
                  () ->
                      AcpException.of(
                          FaultCode.BUNDLE_DAMAGED,
                          "The bundle's packages.yaml for "
                              + system
                              + " names "
                              + one.file()
                              + ", and the bundle has no such file."));
      changes.add(new PutFile(NodePaths.PACKAGES.resolve(one.file()), "0644", file.content()));
      args.add(one.name());
      args.add(one.file());
    }
    changes.add(new Action("packages", "packages.sh", args, INSTALL_LIMIT, true));
    return changes;
  }

  private static String text(SetupInput in, String system, Arch arch) {
    return in.bundle().text("packages/" + system + "-" + arch + "/packages.yaml");
  }
}
