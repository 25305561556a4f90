package dev.acp.cluster;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.IpAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A cluster of addresses alone, for checks before there is a cluster file. Nobody has said yet
 * which machine becomes what, so each is a control plane, the role that asks for most; everything
 * else is the default of cluster files, and goes through their rules.
 */
public final class BareNodes {
  /** No cluster file may bear it: its home would hold these machines' host keys. */
  public static final String NAME = "bare-nodes";

  private static final String SOURCE = "--nodes";

  /**
   * The way to all of them, as spec.ssh of a cluster file has it.
   *
   * @param passwordFrom prompt, env:NAME or file:PATH
   */
  public record Login(
      Optional<String> user,
      Optional<Integer> port,
      Optional<String> keyFile,
      Optional<String> passwordFrom) {}

  private BareNodes() {}

  /**
   * Makes the cluster.
   *
   * @throws AcpException USAGE where an address is none, or dual stack is asked for
   * @throws dev.acp.fault.InvalidInput CLUSTER_FILE_INVALID where a rule of cluster files is broken
   */
  public static ClusterSpec of(
      List<String> addresses, Login login, Flags flags, Optional<Offer> offer, Path userHome) {
    for (String text : addresses) {
      if (IpAddress.parse(text).isEmpty()) {
        throw AcpException.of(
            FaultCode.USAGE, "--nodes has " + text + "; wanted IPv4 or IPv6 addresses.");
      }
    }
    if (flags.ipFamily().filter("dual"::equals).isPresent()) {
      throw AcpException.of(
          FaultCode.USAGE,
          "--ip-family dual needs two addresses of each node, which --nodes cannot say; write a"
              + " cluster file.");
    }
    byte[] content = yaml(addresses, login).getBytes(StandardCharsets.UTF_8);
    ClusterSpec spec =
        new Resolver(userHome).resolve(ClusterFile.read(SOURCE, content), flags, offer);
    return controlPlanes(spec);
  }

  private static String yaml(List<String> addresses, Login login) {
    StringBuilder out = new StringBuilder("apiVersion: acp.dev/v1\nkind: GlobalCluster\n");
    out.append("metadata: {name: ").append(NAME).append("}\nspec:\n  nodeName: hostname\n");
    out.append("  endpoint: {address: ").append(quoted(addresses.get(0))).append("}\n");
    out.append("  platform: {address: platform.invalid}\n  ssh:\n    port: ");
    out.append(login.port().orElse(22)).append('\n');
    login.user().ifPresent(v -> out.append("    user: ").append(quoted(v)).append('\n'));
    login.keyFile().ifPresent(v -> out.append("    keyFile: ").append(quoted(v)).append('\n'));
    login
        .passwordFrom()
        .ifPresent(v -> out.append("    passwordFrom: ").append(quoted(v)).append('\n'));
    out.append("  nodes:\n");
    // The file's rules know no number of control planes but 1, 3 and 5.
    for (int i = 0; i < addresses.size(); i++) {
      out.append("    - {addresses: [").append(quoted(addresses.get(i))).append("], role: ");
      out.append(i == 0 ? "control-plane" : "worker").append("}\n");
    }
    return out.toString();
  }

  private static String quoted(String text) {
    if (text.chars().anyMatch(c -> c < ' ')) {
      throw AcpException.of(FaultCode.USAGE, "An option holds a control character.");
    }
    return "'" + text.replace("'", "''") + "'";
  }

  private static ClusterSpec controlPlanes(ClusterSpec s) {
    List<NodeSpec> nodes =
        s.nodes().stream()
            .map(
                n ->
                    new NodeSpec(
                        n.name(),
                        n.addresses(),
                        Role.CONTROL_PLANE,
                        false,
                        false,
                        n.ssh(),
                        n.nic(),
                        n.labels(),
                        n.taints(),
                        n.displayName(),
                        n.gpu(),
                        n.line()))
            .toList();
    return new ClusterSpec(
        s.name(),
        s.kubernetes(),
        s.nodeNaming(),
        s.endpoint(),
        s.network(),
        s.platform(),
        s.registry(),
        s.containerdRoot(),
        s.capacity(),
        s.disasterRecovery(),
        s.checks(),
        nodes);
  }
}
