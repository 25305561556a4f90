package dev.acp.cli;

import dev.acp.cluster.BareNodes;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Flags;
import dev.acp.cluster.Offer;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name nodes: some of the cluster file's, or machines without a cluster file. */
final class NodesOptions {
  @Option(
      names = "--nodes",
      paramLabel = "IP",
      split = ",",
      description = {
        "Check these nodes of the cluster file only. Without -f: check these machines, each as a",
        "control plane, the role that asks for most, with the defaults of cluster files."
      })
  private List<String> nodes = List.of();

  @Option(
      names = "--ssh-user",
      paramLabel = "USER",
      description = "Without -f: the login; default: root.")
  private String user;

  @Option(
      names = "--ssh-port",
      paramLabel = "PORT",
      description = "Without -f: the port of sshd; default: 22.")
  private Integer port;

  @Option(names = "--ssh-key", paramLabel = "FILE", description = "Without -f: the private key.")
  private String key;

  @Option(
      names = "--ssh-password-from",
      paramLabel = "SOURCE",
      description = "Without -f: prompt, env:NAME or file:PATH; never the password itself.")
  private String passwordFrom;

  /** Those of the cluster file that are to be looked at. */
  List<NodeSpec> chosen(ClusterSpec spec) {
    return nodes.isEmpty() ? spec.nodes() : named(spec, nodes);
  }

  /**
   * The nodes of a cluster file that these names mean, in its order.
   *
   * @throws AcpException USAGE, if one is not there
   */
  static List<NodeSpec> named(ClusterSpec spec, List<String> names) {
    for (String name : names) {
      if (spec.nodes().stream().noneMatch(n -> n.name().text().equals(name))) {
        throw AcpException.of(
            FaultCode.USAGE,
            "The cluster file has no node "
                + name
                + "; it has "
                + String.join(", ", spec.nodes().stream().map(n -> n.name().text()).toList())
                + ".");
      }
    }
    return spec.nodes().stream().filter(n -> names.contains(n.name().text())).toList();
  }

  boolean named() {
    return !nodes.isEmpty();
  }

  /** With a cluster file the way to the nodes stands there, and only there. */
  void onlyWithoutFile() {
    if (user != null || port != null || key != null || passwordFrom != null) {
      throw AcpException.of(
          FaultCode.USAGE,
          "--ssh-user, --ssh-port, --ssh-key and --ssh-password-from go without -f; with it,"
              + " spec.ssh of the cluster file says how to log in.");
    }
  }

  /** A cluster of the machines named. */
  ClusterSpec bare(Flags flags, Optional<Offer> offer, Path userHome) {
    BareNodes.Login login =
        new BareNodes.Login(
            Optional.ofNullable(user),
            Optional.ofNullable(port),
            Optional.ofNullable(key),
            Optional.ofNullable(passwordFrom));
    return BareNodes.of(nodes, login, flags, offer, userHome);
  }
}
