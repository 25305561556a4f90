package dev.acp.endpoint;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.value.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * haproxy on the VIP, where the cluster file asks for it, as a static pod of each control plane
 * (operations.md, fact 2): it holds port 6443 of the VIP alone, also while another machine has the
 * address, and hands connections to API servers that say they are ready. An API server must then
 * not hold the wildcard address: {@link #apiServerPatch}.
 */
public final class Haproxy {
  /** haproxy's configuration on the node. */
  public static final String CONFIG = "/etc/kubernetes/acp/haproxy.cfg";

  /** The static pod's manifest on the node. */
  public static final String MANIFEST = "/etc/kubernetes/manifests/haproxy.yaml";

  /** kubeadm's name for a patch: TARGET, a word for the order, + and the patch's type. */
  public static final String API_SERVER_PATCH = "kube-apiserver0+json.json";

  /** Where this node's haproxy answers keepalived's question, on 127.0.0.1; in res/ports.yaml. */
  public static final int CHECK_PORT = 6444;

  private static final String CA = "/etc/kubernetes/pki/ca.crt";

  private Haproxy() {}

  /**
   * The configuration, the same on every control plane. The long time limits are for watches, exec
   * and logs, which may be silent for hours.
   */
  public static String config(ClusterSpec spec) {
    StringBuilder out = new StringBuilder();
    out.append("# Written by acp; setup puts it back.\n");
    out.append("global\n  log stdout format raw local0 notice\n");
    // haproxy makes room for as many connections as it may have files, which can be very many
    out.append("  maxconn 20000\n  no strict-limits\n");
    out.append("defaults\n  mode tcp\n  log global\n  option dontlognull\n");
    out.append("  timeout connect 5s\n  timeout check 5s\n");
    for (String side : List.of("client", "server", "tunnel")) {
      out.append("  timeout ").append(side).append(" 4h\n");
    }
    // a machine that lost its power says no good-bye
    out.append("  option clitcpka\n  option srvtcpka\n");
    out.append("frontend api\n");
    IpAddress vip = IpAddress.of(spec.endpoint().address());
    out.append("  bind ").append(vip.inUrl()).append(':').append(ClusterSpec.Endpoint.PORT);
    out.append("\n  bind 127.0.0.1:").append(CHECK_PORT).append('\n');
    out.append("  default_backend api_servers\n");
    out.append("backend api_servers\n  balance leastconn\n  option redispatch\n");
    out.append("  option httpchk GET /readyz\n  http-check expect status 200\n");
    out.append("  default-server check check-ssl verify required ca-file ").append(CA);
    out.append(" inter 1s fall 2 rise 2 on-marked-down shutdown-sessions\n");
    for (NodeSpec node : spec.controlPlanes()) {
      out.append("  server ").append(word(node)).append(' ').append(node.address().inUrl());
      out.append(':').append(ClusterSpec.Endpoint.PORT).append('\n');
    }
    return out.toString();
  }

  /** A server's name may hold no brackets; colons and dots it may. */
  private static String word(NodeSpec node) {
    return node.name().text();
  }

  /**
   * The static pod. It needs no rights: the kernel lets anybody hold an address that is elsewhere
   * ({@link #kernelSetting}), and the port is above 1024.
   *
   * @param image with its host, as the node pulled it
   */
  public static String pod(String image, String config) {
    Map<String, Object> security = new LinkedHashMap<>();
    security.put("allowPrivilegeEscalation", false);
    security.put("capabilities", Map.of("drop", List.of("ALL")));
    security.put("readOnlyRootFilesystem", true);
    security.put("runAsNonRoot", true);
    security.put("runAsUser", 65534);
    security.put("runAsGroup", 65534);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("config", CONFIG);
    files.put("ca", CA);
    return StaticPod.write(
        "haproxy", image, List.of("-W", "-db", "-f", CONFIG), security, files, config);
  }

  /** What lets a program listen on an address that this machine does not have now. */
  public static String kernelSetting(IpAddress vip) {
    return vip.isV4() ? "net.ipv4.ip_nonlocal_bind" : "net.ipv6.ip_nonlocal_bind";
  }

  /**
   * The patch (RFC 6902) of one node's API server. ClusterConfiguration cannot say it: its extra
   * arguments are the same on every control plane.
   */
  public static String apiServerPatch(NodeSpec node) {
    return "[{\"op\": \"add\", \"path\": \"/spec/containers/0/command/-\", \"value\":"
        + " \"--bind-address="
        + node.address()
        + "\"}]\n";
  }
}
