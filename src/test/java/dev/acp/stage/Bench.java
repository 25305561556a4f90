package dev.acp.stage;

import dev.acp.bundle.Bundle;
import dev.acp.bundle.FileEntry;
import dev.acp.bundle.Manifest;
import dev.acp.change.Change;
import dev.acp.change.Preprocess;
import dev.acp.check.CheckList;
import dev.acp.check.CheckRun;
import dev.acp.check.Recorded;
import dev.acp.check.SupportMatrix;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Flags;
import dev.acp.node.FakeNodes;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.Layouts;
import dev.acp.operation.Setup;
import dev.acp.pipeline.Stage;
import dev.acp.pki.ClusterPki;
import dev.acp.value.ClusterId;
import dev.acp.value.Digest;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A small bundle with the sample's network mode and components, two nodes, and what every stage of
 * setup wants of them. Nothing here connects to anything.
 */
final class Bench {
  static final NodeName FIRST = NodeName.of("10.0.0.11");
  static final NodeName WORKER = NodeName.of("10.0.0.12");
  private static final Path SAMPLE = Path.of("packaging/sample");

  private static final String TWO_NODES =
      """
      apiVersion: acp.dev/v1
      kind: GlobalCluster
      metadata: {name: global}
      spec:
        endpoint: {address: 10.0.0.11}
        network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
        platform: {address: 10.0.0.11}
        ssh: {user: root, keyFile: /k}
        nodes:
          - {addresses: [10.0.0.11], role: control-plane}
          - {addresses: [10.0.0.12], role: worker}
      """;

  final SetupInput in;

  private Bench(SetupInput in) {
    this.in = in;
  }

  /**
   * In an empty folder.
   *
   * @param overrides with the sample's settings for the lab
   * @param facts of both nodes
   */
  static Bench in(Path folder, boolean overrides, Recorded facts) throws IOException {
    return in(folder, overrides, facts, TWO_NODES);
  }

  /** The same of another cluster file, whose nodes have the same facts. */
  static Bench in(Path folder, boolean overrides, Recorded facts, String cluster)
      throws IOException {
    Bundle bundle = bundle(folder.resolve("installer"), overrides);
    ClusterSpec spec = Clusters.whole(cluster, Flags.none(), Optional.of(bundle.offer()));
    SecureRandom random = new SecureRandom();
    Map<String, Secret> secrets = new LinkedHashMap<>(Tokens.make(spec, random));
    secrets.put(RegistryUnit.SECRET, Secret.of("planted-http-secret-0123456789"));
    Map<NodeName, List<IpAddress>> planes = new LinkedHashMap<>();
    spec.controlPlanes().forEach(n -> planes.put(n.name(), n.addresses()));
    ClusterPki pki =
        ClusterPki.loadOrCreate(
            folder.resolve("pki"),
            Clock.systemUTC(),
            random,
            new ClusterPki.Wanted(planes, List.of("registry.acp.internal")));
    Map<NodeName, Node> nodes = new LinkedHashMap<>();
    Map<NodeName, NodeFacts> seen = new LinkedHashMap<>();
    spec.nodes()
        .forEach(
            n -> {
              nodes.put(n.name(), new Node(n, FakeNodes.remote(c -> FakeNodes.says(0, ""))));
              seen.put(n.name(), facts.facts());
            });
    Map<String, Digest> images = new LinkedHashMap<>();
    bundle.manifest().images().forEach(i -> images.put(i.ref(), i.digest()));
    return new Bench(
        new SetupInput(
            spec,
            bundle,
            bundle.offer(),
            Decisions.begin(
                new ClusterId("00000000-0000-4000-8000-000000000001"),
                spec.kubernetes().version(),
                spec.controlPlanes().get(0).name(),
                secrets),
            pki,
            nodes,
            seen,
            new CheckRun(spec, CheckList.load(), SupportMatrix.product(), Optional.empty()),
            node -> seen.get(node.name()),
            new Preprocess(
                name -> {
                  throw new IllegalStateException("nothing is written here");
                },
                Optional.empty(),
                dev.acp.event.Events.none(),
                new dev.acp.event.Stop()),
            RegistryAccess.none(),
            images));
  }

  /** Debian 12, as the lab's nodes say. */
  static Recorded debian() {
    return Recorded.of("rhel-8.6")
        .with("os-release", "ID=debian", "VERSION_ID=\"12\"", "PRETTY_NAME=\"Debian 12\"");
  }

  private static Bundle bundle(Path root, boolean overrides) throws IOException {
    List<Manifest.Component> components = new ArrayList<>();
    Map<String, List<String>> programs = new LinkedHashMap<>();
    programs.put("kubernetes/v1.20.2", List.of("kubeadm", "kubectl", "kubelet"));
    programs.put("containerd/1.6.20", List.of("containerd", "containerd-shim-runc-v2", "ctr"));
    programs.put("runc/1.1.5", List.of("runc"));
    programs.put("registry/2.8.2", List.of("registry"));
    programs.put("etcdctl/3.4.23", List.of("etcdctl"));
    for (Map.Entry<String, List<String>> p : programs.entrySet()) {
      String dir = "binaries/amd64/" + p.getKey();
      String[] words = p.getKey().split("/", -1);
      components.add(new Manifest.Component(words[0], words[1], "amd64", dir));
      for (String program : p.getValue()) {
        put(root.resolve(dir).resolve(program), "ELF " + program);
      }
    }
    put(
        root.resolve("packages/debian-12-amd64/packages.yaml"),
        """
        packages:
          - {name: conntrack, version: "1.4.7", file: conntrack_1.4.7_amd64.deb, wantedBy: [kube-proxy]}
          - {name: socat, version: "1.7.4", file: socat_1.7.4_amd64.deb, wantedBy: [kubelet]}
        """);
    put(root.resolve("packages/debian-12-amd64/conntrack_1.4.7_amd64.deb"), "deb 1");
    put(root.resolve("packages/debian-12-amd64/socat_1.7.4_amd64.deb"), "deb 2");
    for (String file :
        List.of(
            "network/hostgw/mode.yaml",
            "network/hostgw/manifest.yaml",
            "charts/charts.yaml",
            "charts/dns/manifest.yaml")) {
      put(root.resolve(file), Files.readString(SAMPLE.resolve(file)));
    }
    if (overrides) {
      put(
          root.resolve("res/overrides.yaml"),
          Files.readString(SAMPLE.resolve("res/overrides.yaml")));
    }
    Layouts layouts = new Layouts(root.resolve("images"));
    for (String ref :
        List.of(
            "platform/pause:3.2",
            "platform/etcd:3.4.23",
            "platform/kube-apiserver:v1.20.2",
            "platform/kube-controller-manager:v1.20.2",
            "platform/kube-scheduler:v1.20.2",
            "platform/kube-proxy:v1.20.2",
            "platform/keepalived:2.2.7",
            "platform/haproxy:2.6.12",
            "platform/hostgw:0.2.0",
            "platform/dns:0.1.0",
            "platform/toolbox:0.1.0")) {
      layouts.image(ref, ref.getBytes(StandardCharsets.UTF_8));
    }
    List<Manifest.Image> images = new ArrayList<>();
    for (ImageLayout.Image i : layouts.open().images()) {
      images.add(new Manifest.Image(i.ref().toString(), i.descriptor().digest()));
    }
    List<FileEntry> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        files.add(
            new FileEntry(
                root.relativize(file).toString(), bytes.length, 0644, Digest.ofBytes(bytes)));
      }
    }
    put(
        root.resolve(Manifest.NAME),
        new Manifest(
                "acp-sample",
                "0.1.0",
                "amd64",
                List.of(Version.of("v1.20.2")),
                Version.of("0.1.0"),
                "",
                components,
                List.of(
                    new Manifest.SystemPackages("debian-12", "amd64", "packages/debian-12-amd64")),
                images,
                List.of("hostgw"),
                true,
                files.stream().mapToLong(FileEntry::size).sum(),
                files)
            .text());
    return Bundle.open(root, Optional.empty());
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** A change that a stage wants of a node. */
  record Wanted(String stage, NodeName node, Change change) {
    String line() {
      return change.verb() + " " + change.subject();
    }

    /** What a file is to hold; empty for everything else. */
    String text() {
      if (!(change instanceof Change.PutFile file)) {
        return "";
      }
      try (InputStream bytes = file.content().open()) {
        return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Of every stage, in the plan's order. */
  List<Wanted> all() {
    List<Wanted> all = new ArrayList<>();
    for (Stage<SetupInput> stage : Setup.plan().stages()) {
      if (stage instanceof Stage.OnNodes<SetupInput> onNodes) {
        for (NodeName name : onNodes.scope(in).nodes()) {
          for (Change change : onNodes.changes(in.nodes().get(name), in)) {
            all.add(new Wanted(stage.id().text(), name, change));
          }
        }
      }
    }
    return all;
  }

  List<Change> of(Stage.OnNodes<SetupInput> stage, NodeName node) {
    return stage.changes(in.nodes().get(node), in);
  }
}
