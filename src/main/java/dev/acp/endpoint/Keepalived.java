package dev.acp.endpoint;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.Endpoint.SelfBuiltVip;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.value.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * keepalived for a self-built VIP, as a static pod of each control plane (operations.md, fact 3):
 * unicast peers, since many hypervisors drop multicast; priorities apart, and preemption; an API
 * server that does not answer lowers the priority by more than the priorities are apart, so that a
 * node that can serve always wins, and somebody holds the VIP even when none can.
 */
public final class Keepalived {
  /** keepalived's configuration on the node. */
  public static final String CONFIG = "/etc/kubernetes/acp/keepalived.conf";

  /** The static pod's manifest on the node. */
  public static final String MANIFEST = "/etc/kubernetes/manifests/keepalived.yaml";

  private static final String CA = "/etc/kubernetes/pki/ca.crt";
  private static final int HIGHEST = 200;
  private static final int GAP = 10;

  /** More than the gaps of five control planes together; 200 - 4 * 10 - 100 stays above zero. */
  private static final int UNABLE = 100;

  private Keepalived() {}

  /**
   * The configuration of one control plane.
   *
   * @param nic the interface that has the node's address
   */
  public static String config(ClusterSpec spec, NodeSpec node, String nic) {
    SelfBuiltVip vip = spec.endpoint().selfBuiltVip().orElseThrow();
    IpAddress address = IpAddress.of(spec.endpoint().address());
    StringBuilder out = new StringBuilder();
    out.append("# Written by acp; setup puts it back.\n");
    out.append("global_defs {\n");
    out.append("  router_id ").append(node.name()).append('\n');
    out.append("  script_user root\n  enable_script_security\n");
    // two masters never meet, but switches forget: the address is told anew now and then
    out.append("  vrrp_garp_master_refresh 30\n");
    out.append("}\n");
    out.append("vrrp_script api_server {\n");
    out.append("  script \"/usr/local/bin/vip-check -timeout 2s -ca ").append(CA);
    out.append(" -url https://").append(asked(vip, node)).append("/readyz\"\n");
    out.append("  interval 1\n  timeout 3\n  fall 2\n  rise 2\n  init_fail\n");
    out.append("  weight -").append(UNABLE).append('\n');
    out.append("}\n");
    out.append("vrrp_instance acp {\n");
    out.append("  state BACKUP\n");
    out.append("  interface ").append(nic).append('\n');
    out.append("  virtual_router_id ").append(vip.vrid()).append('\n');
    out.append("  priority ").append(priority(spec, node)).append('\n');
    out.append("  advert_int 1\n");
    // peers speak in the family of the VIP; one instance has addresses of one family only
    out.append("  unicast_src_ip ").append(node.addressLike(address)).append('\n');
    out.append("  unicast_peer {\n");
    for (NodeSpec other : spec.controlPlanes()) {
      if (!other.name().equals(node.name())) {
        out.append("    ").append(other.addressLike(address)).append('\n');
      }
    }
    out.append("  }\n");
    out.append("  virtual_ipaddress {\n    ").append(address);
    out.append(address.isV4() ? "/32" : "/128").append(" dev ").append(nic).append("\n  }\n");
    out.append("  track_script {\n    api_server\n  }\n}\n");
    return out.toString();
  }

  /**
   * This node's own API server; or its haproxy, which has one as long as any control plane has, and
   * which no other node's can stand for.
   */
  private static String asked(SelfBuiltVip vip, NodeSpec node) {
    return vip.haproxy()
        ? "127.0.0.1:" + Haproxy.CHECK_PORT
        : node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT;
  }

  private static int priority(ClusterSpec spec, NodeSpec node) {
    int place = 0;
    while (!spec.controlPlanes().get(place).name().equals(node.name())) {
      place++;
    }
    return HIGHEST - place * GAP;
  }

  /**
   * The static pod.
   *
   * @param image with its host, as the node pulled it
   */
  public static String pod(String image, String config) {
    Map<String, Object> capabilities = new LinkedHashMap<>();
    capabilities.put("drop", List.of("ALL"));
    // SETGID and SETUID: it becomes script_user before it asks the API server, even if it is root
    capabilities.put("add", List.of("NET_ADMIN", "NET_BROADCAST", "NET_RAW", "SETGID", "SETUID"));
    Map<String, String> files = new LinkedHashMap<>();
    files.put("config", CONFIG);
    files.put("ca", CA);
    return StaticPod.write(
        "keepalived",
        image,
        List.of("--dont-fork", "--log-console", "--log-detail", "--use-file=" + CONFIG),
        Map.of("capabilities", capabilities),
        files,
        config);
  }
}
