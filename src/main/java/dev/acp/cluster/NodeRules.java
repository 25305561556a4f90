package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.NodePart;
import dev.acp.cluster.ClusterFile.SshPart;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.cluster.ClusterSpec.Ssh.Become;
import dev.acp.fault.Problems;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes: their addresses, their number, what they may run, and how they are reached. */
final class NodeRules {
  private final Problems problems;
  private final Path userHome;
  private final boolean anyNumber;

  /**
   * @param anyNumber of control planes is right: one of them may have been removed
   */
  NodeRules(Problems problems, Path userHome, boolean anyNumber) {
    this.problems = problems;
    this.userHome = userHome;
    this.anyNumber = anyNumber;
  }

  /** Nodes whose address and role are known; what is wrong with the others has been told. */
  List<NodeSpec> resolve(ClusterFile file) {
    Map<IpAddress, Integer> seen = new HashMap<>();
    List<NodeSpec> nodes = new ArrayList<>();
    for (NodePart part : file.nodes()) {
      addresses(part, seen);
      labels(part);
      if (!part.addresses().isEmpty() && part.role().isPresent()) {
        nodes.add(node(file, part, part.role().get().value()));
      }
    }
    if (nodes.size() == file.nodes().size()) {
      count(file, nodes);
    }
    return List.copyOf(nodes);
  }

  /**
   * 001, "节点网络": no loopback, multicast, link-local, all-zero or broadcast address. At most one of
   * each family, since the kubelet's --node-ip takes no more.
   */
  private void addresses(NodePart part, Map<IpAddress, Integer> seen) {
    boolean v4 = false;
    boolean v6 = false;
    for (At<IpAddress> at : part.addresses()) {
      IpAddress a = at.value();
      unusable(a)
          .ifPresent(
              why ->
                  problems.add(
                      at.line(), "the node address " + a + " is " + why, "an address of its own"));
      Integer before = seen.putIfAbsent(a, at.line());
      if (before != null) {
        problems.add(
            at.line(),
            "the node address " + a + " stands in line " + before + " as well",
            "each address once");
      } else if (a.isV4() ? v4 : v6) {
        problems.add(
            at.line(),
            "a node with two " + (a.isV4() ? "IPv4" : "IPv6") + " addresses",
            "one address of each family");
      }
      v4 |= a.isV4();
      v6 |= a.isV6();
    }
  }

  static Optional<String> unusable(IpAddress a) {
    if (a.isLoopback()) {
      return Optional.of("a loopback address");
    }
    if (a.isMulticast()) {
      return Optional.of("a multicast address");
    }
    if (a.isLinkLocal()) {
      return Optional.of("a link-local address");
    }
    if (a.isAny()) {
      return Optional.of("the unspecified address");
    }
    if (a.isV4() && a.toString().equals("255.255.255.255")) {
      return Optional.of("the broadcast address");
    }
    return a.isV4() && a.raw()[0] == 0 ? Optional.of("of the network 0.0.0.0/8") : Optional.empty();
  }

  private void labels(NodePart part) {
    part.labels()
        .forEach(
            (key, at) -> {
              if (!Names.isLabel(key, at.value())) {
                problems.add(at.line(), "the label " + key + ": " + at.value(), Names.LABEL_WANTED);
              }
            });
  }

  /**
   * 1 or 3 control planes (001, "添加节点"); 5 as 001's capacity table has it. An even number of etcd
   * members tolerates no more failures than one less.
   */
  private void count(ClusterFile file, List<NodeSpec> nodes) {
    long controlPlanes = nodes.stream().filter(NodeSpec::isControlPlane).count();
    if (!anyNumber && controlPlanes != 1 && controlPlanes != 3 && controlPlanes != 5) {
      problems.add(
          file.nodesLine(),
          "spec.nodes has " + controlPlanes + " control planes",
          "1, 3 or 5: etcd needs an odd number");
    }
    boolean anywhere = nodes.stream().anyMatch(NodeSpec::platformDedicated);
    if (file.platform().isolation() && !nodes.isEmpty() && !anywhere) {
      problems.add(
          file.platform().line(),
          "spec.platform.isolation is true, but no node is platformDedicated, so the platform's"
              + " own components could run nowhere",
          "platformDedicated: true on at least one node");
    }
  }

  private NodeSpec node(ClusterFile file, NodePart part, Role role) {
    boolean dedicated = dedicated(file, part, role);
    return new NodeSpec(
        NodeName.of(part.addresses().get(0).value().toString()),
        part.addresses().stream().map(At::value).toList(),
        role,
        deployable(part, role, dedicated),
        dedicated,
        ssh(file.ssh(), part),
        part.nic().map(At::value).or(() -> file.network().nic().map(At::value)),
        Resolver.plain(part.labels()),
        part.taints().stream().map(At::value).toList(),
        part.displayName().map(At::value),
        part.gpu().map(At::value).orElse("none"),
        part.line());
  }

  /**
   * Only with isolation (001, "global 集群平台节点隔离"); then on by default for control planes and off for
   * workers (000, "global 集群平台节点隔离").
   */
  private boolean dedicated(ClusterFile file, NodePart part, Role role) {
    boolean isolation = file.platform().isolation();
    boolean byDefault = isolation && role == Role.CONTROL_PLANE;
    boolean dedicated = part.platformDedicated().map(At::value).orElse(byDefault);
    if (dedicated && !isolation) {
      problems.add(
          part.platformDedicated().orElseThrow().line(),
          "platformDedicated: true without spec.platform.isolation",
          "isolation: true, or no platformDedicated");
      return false;
    }
    return dedicated;
  }

  /**
   * 001 and 000, "添加节点": dedicated forces deployable off; a worker that is not dedicated forces it
   * on; a control plane that is not dedicated is free, off by default.
   */
  private boolean deployable(NodePart part, Role role, boolean dedicated) {
    boolean forced = dedicated || role == Role.WORKER;
    boolean byDefault = !dedicated && role == Role.WORKER;
    boolean deployable = part.deployable().map(At::value).orElse(byDefault);
    if (forced && deployable != byDefault) {
      problems.add(
          part.deployable().orElseThrow().line(),
          dedicated
              ? "deployable: true on a node that is platformDedicated"
              : "deployable: false on a worker that is not platformDedicated",
          "deployable: " + byDefault);
    }
    return deployable;
  }

  private Ssh ssh(SshPart all, NodePart part) {
    SshPart own = part.ssh();
    String user = first(own.user(), all.user()).orElse("root");
    boolean root = user.equals("root");
    Optional<At<Become>> written = own.become().or(all::become);
    Become become = written.map(At::value).orElse(Become.SUDO);
    if (!root && become == Become.NONE) {
      problems.add(
          written.orElseThrow().line(),
          "become: none with the user " + user + ", who is not root",
          "become: sudo");
    }
    return new Ssh(
        user,
        own.address().map(At::value).orElse(part.addresses().get(0).value().toString()),
        first(own.port(), all.port()).orElse(22),
        first(own.keyFile(), all.keyFile()).map(this::path),
        first(own.passphraseFrom(), all.passphraseFrom()).map(this::source),
        first(own.passwordFrom(), all.passwordFrom()).map(this::source),
        root ? Become.NONE : Become.SUDO,
        root
            ? Optional.empty()
            : first(own.becomePasswordFrom(), all.becomePasswordFrom()).map(this::source),
        first(own.jump(), all.jump()),
        first(own.socks5(), all.socks5()));
  }

  private static <T> Optional<T> first(Optional<At<T>> own, Optional<At<T>> all) {
    return own.or(() -> all).map(At::value);
  }

  private Path path(String text) {
    return expand(text, userHome);
  }

  private SecretSource source(SecretSource source) {
    return expand(source, userHome);
  }

  /** ~ and ~/... mean the user's home, as in a shell. */
  static Path expand(String text, Path home) {
    if (text.equals("~")) {
      return home;
    }
    return text.startsWith("~/") ? home.resolve(text.substring(2)) : Path.of(text);
  }

  static SecretSource expand(SecretSource source, Path home) {
    return source instanceof SecretSource.SecretFile f
        ? new SecretSource.SecretFile(expand(f.path().toString(), home))
        : source;
  }
}
