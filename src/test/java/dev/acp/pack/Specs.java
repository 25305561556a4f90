package dev.acp.pack;

import dev.acp.oci.Layouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A small spec with one of everything. */
public final class Specs {
  private Specs() {}

  static PackagePlan.Maker maker(dev.acp.oci.Scratch scratch) {
    return new PackagePlan.Maker(
        java.util.Map.of("own.sh", new byte[] {'x'}), "0.1.0", java.util.Optional.empty(), scratch);
  }

  private static Path put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  public static Path make(Path dir) throws IOException {
    Path kubelet = put(dir.resolve("kubernetes/v1.20.2/kubelet"), "ELF\n");
    Files.setPosixFilePermissions(kubelet, PosixFilePermissions.fromString("rwxrwxr-x"));
    put(dir.resolve("packages/debian-12/packages.yaml"), "packages: []\n");
    put(dir.resolve("packages/debian-12/socat_1.deb"), "deb\n");
    new Layouts(dir.resolve("images")).image("platform/pause:3.9", new byte[5000]).open();
    put(dir.resolve("network/hostgw/mode.yaml"), "mode: hostgw\n");
    put(dir.resolve("network/hostgw/ds.yaml"), "image: {{image:platform/pause:3.9}}\n");
    put(dir.resolve("charts/web.yaml"), "kind: ConfigMap\n");
    put(
        dir.resolve("charts/charts.yaml"),
        "charts:\n  - {name: web, version: 1.2.3, kind: manifest, manifests: [web.yaml]}\n");
    put(
        dir.resolve("res/overrides.yaml"),
        """
        kubelet: {cgroupDriver: cgroupfs}
        kubeProxy: {conntrackMaxPerCore: 0}
        containerd: {restrictOomScoreAdj: true}
        kubeadm: {skipPhases: [preflight]}
        """);
    return put(
        dir.resolve("spec.yaml"),
        """
        apiVersion: acp.dev/v1
        kind: PackageSpec
        product: acp-sample
        version: 0.1.0
        arch: amd64
        acp: {atLeast: 0.1.0, because: "the first release that reads format 1"}
        components:
          - {name: kubernetes, version: v1.20.2, from: kubernetes/v1.20.2}
        packages: [{system: debian-12, from: packages/debian-12}]
        images: [{from: images}]
        networks: [{mode: hostgw, from: network/hostgw}]
        charts: {from: charts}
        res: {from: res}
        """);
  }
}
