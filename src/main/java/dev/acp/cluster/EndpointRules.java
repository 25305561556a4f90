package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.EndpointPart;
import dev.acp.cluster.ClusterSpec.Endpoint;
import dev.acp.cluster.ClusterSpec.Endpoint.SelfBuiltVip;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.fault.Problems;
import dev.acp.value.IpAddress;
import java.util.List;
import java.util.Optional;

/** The cluster's address: the single node's own, a self-built VIP, or a load balancer (001). */
final class EndpointRules {
  private final Problems problems;

  EndpointRules(Problems problems) {
    this.problems = problems;
  }

  Endpoint resolve(ClusterFile file, List<NodeSpec> nodes, IpFamily family) {
    EndpointPart part = file.endpoint();
    List<NodeSpec> controlPlanes = nodes.stream().filter(NodeSpec::isControlPlane).toList();
    if (part.address().isEmpty()) {
      boolean told = file.isUnreadable("spec.endpoint.address");
      if (!told && (controlPlanes.size() > 1 || part.selfBuiltVip())) {
        problems.add(
            part.line(),
            "spec.endpoint.address is missing",
            part.selfBuiltVip()
                ? "the virtual address"
                : "a virtual address or a load balancer, since there are several control planes");
      }
      String own = controlPlanes.isEmpty() ? "" : controlPlanes.get(0).address().toString();
      return new Endpoint(own, Optional.empty());
    }
    At<String> address = part.address().get();
    IpAddress.parse(address.value()).ifPresent(ip -> literal(part, ip, address.line(), family));
    if (part.selfBuiltVip()) {
      vip(file, address, nodes);
    } else {
      notAVip(address, nodes, controlPlanes);
    }
    Optional<SelfBuiltVip> vip =
        part.selfBuiltVip()
            ? Optional.of(new SelfBuiltVip(part.vrid().map(At::value).orElse(1), part.haproxy()))
            : Optional.empty();
    return new Endpoint(address.value(), vip);
  }

  private void literal(EndpointPart part, IpAddress ip, int line, IpFamily family) {
    NodeRules.unusable(ip)
        .ifPresent(
            why ->
                problems.add(
                    line, "spec.endpoint.address " + ip + " is " + why, "an address of its own"));
    boolean fits =
        switch (family) {
          case IPV4 -> ip.isV4();
          case IPV6 -> ip.isV6();
          case DUAL -> true;
        };
    if (!fits) {
      problems.add(
          line,
          "spec.endpoint.address " + ip + " is not of the cluster's address family",
          family == IpFamily.IPV4 ? "an IPv4 address" : "an IPv6 address");
    } else if (part.haproxy() && part.selfBuiltVip() && family == IpFamily.DUAL) {
      problems.add(
          part.vipLine(),
          "selfBuiltVip.haproxy with two address families",
          "haproxy: false: the API servers answer on the virtual address themselves");
    }
  }

  /** 001, "自建 VIP": an address and a VRID of its own; the VIP belongs to no machine. */
  private void vip(ClusterFile file, At<String> address, List<NodeSpec> nodes) {
    Optional<IpAddress> ip = IpAddress.parse(address.value());
    if (ip.isEmpty()) {
      problems.add(
          address.line(),
          "spec.endpoint.address is the name " + address.value() + ", but selfBuiltVip is enabled",
          "the virtual IP address");
    }
    if (file.endpoint().vrid().isEmpty() && !file.isUnreadable("spec.endpoint.selfBuiltVip.vrid")) {
      problems.add(
          file.endpoint().vipLine(),
          "spec.endpoint.selfBuiltVip.vrid is missing",
          "a number from 1 to 255 that no other VRRP router of the subnet uses");
    }
    nodes.stream()
        .filter(n -> ip.isPresent() && n.addresses().contains(ip.get()))
        .forEach(
            n ->
                problems.add(
                    address.line(),
                    "the virtual address " + ip.get() + " is that of the node in line " + n.line(),
                    "an address that no machine has"));
  }

  /** 000, table 3-1, "集群地址": a node's own address serves a single control plane only. */
  private void notAVip(At<String> address, List<NodeSpec> nodes, List<NodeSpec> controlPlanes) {
    Optional<IpAddress> ip = IpAddress.parse(address.value());
    for (NodeSpec n : nodes) {
      if (ip.isEmpty() || !n.addresses().contains(ip.get())) {
        continue;
      }
      if (!n.isControlPlane()) {
        problems.add(
            address.line(),
            "spec.endpoint.address " + ip.get() + " is the worker in line " + n.line(),
            "the control plane's address, a virtual address or a load balancer");
      } else if (controlPlanes.size() > 1) {
        problems.add(
            address.line(),
            "spec.endpoint.address "
                + ip.get()
                + " is one of "
                + controlPlanes.size()
                + " control planes, and the cluster would be lost with it",
            "a virtual address (selfBuiltVip) or a load balancer");
      }
    }
  }
}
