package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.NetworkPart;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.fault.Problems;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Network mode, address families, and the ranges of pods, services and Kube-OVN's join subnet. */
final class NetworkRules {
  private static final String KUBE_OVN = "kube-ovn";
  private static final String V6_PODS = "fd00:10:3::/48";

  /** kube-apiserver: "--service-cluster-ip-range is too large"; maxCIDRBits is 20. */
  private static final int MOST_SERVICE_BITS = 20;

  /** kubeadm: MinimumAddressesInServiceSubnet is 10. */
  private static final int LEAST_SERVICE_BITS = 4;

  /** kube-controller-manager's range allocator: clusterSubnetMaxDiff is 16. */
  private static final int MOST_NODE_BITS = 16;

  /** The range's own address, its broadcast address and the gateway. */
  private static final int NOT_FOR_PODS = 3;

  private final Problems problems;

  NetworkRules(Problems problems) {
    this.problems = problems;
  }

  Network resolve(
      ClusterFile file, Flags flags, Optional<Offer> offer, int maxPods, int nodeCount) {
    NetworkPart part = file.network();
    String mode = mode(file, flags, offer);
    IpFamily family = family(part, flags);
    List<At<Cidr>> pods = ranges("podCidr", part.podCidr(), part, family, "10.3.0.0/16", V6_PODS);
    List<At<Cidr>> services =
        ranges("serviceCidr", part.serviceCidr(), part, family, "10.4.0.0/16", "fd00:10:4::/112");
    List<At<Cidr>> join = List.of();
    if (mode.equals(KUBE_OVN) || !part.joinCidr().isEmpty()) {
      join = ranges("joinCidr", part.joinCidr(), part, family, "100.64.0.0/16", "fd00:100:64::/64");
    }
    services.forEach(this::serviceSize);
    if (pods.size() == 2 && services.size() == 2) {
      sameOrder(pods, services);
    }
    List<Integer> masks = masks(file, pods, maxPods, nodeCount);
    nodeFamilies(file, family, services);
    return new Network(
        mode,
        family,
        plain(pods),
        masks,
        plain(services),
        plain(join),
        part.nic().map(At::value),
        part.kubeProxyMode().map(At::value).orElse("ipvs"));
  }

  /** Kube-OVN unless told otherwise (001, "网络模式与 IP 协议族"), or the only one offered. */
  private String mode(ClusterFile file, Flags flags, Optional<Offer> offer) {
    NetworkPart part = file.network();
    List<String> offered = offer.map(Offer::networkModes).orElse(List.of());
    String byDefault = offered.size() == 1 ? offered.get(0) : KUBE_OVN;
    String mode = flags.networkMode().or(() -> part.mode().map(At::value)).orElse(byDefault);
    boolean told = file.isUnreadable("spec.network.mode") && flags.networkMode().isEmpty();
    if (!told && offer.isPresent() && !offered.contains(mode)) {
      boolean flag = flags.networkMode().isPresent();
      problems.add(
          flag ? 0 : part.mode().map(At::line).orElse(part.line()),
          (flag ? "--network-mode" : "spec.network.mode")
              + " is "
              + mode
              + ", which the bundle does not carry",
          "it carries " + Resolver.listed(offered));
    }
    return mode;
  }

  private IpFamily family(NetworkPart part, Flags flags) {
    if (flags.ipFamily().isEmpty()) {
      return part.ipFamily().map(At::value).orElse(IpFamily.IPV4);
    }
    String text = flags.ipFamily().get();
    Optional<IpFamily> family = ClusterFileReader.ofEnum(IpFamily.values(), text);
    if (family.isEmpty()) {
      problems.add(0, "--ip-family is " + text, "ipv4, ipv6 or dual");
    }
    return family.orElse(IpFamily.IPV4);
  }

  /** One range, or one of each family; defaults where none is written. */
  private List<At<Cidr>> ranges(
      String key, List<At<Cidr>> written, NetworkPart part, IpFamily family, String v4, String v6) {
    if (written.isEmpty()) {
      List<At<Cidr>> out = new ArrayList<>();
      if (family != IpFamily.IPV6) {
        out.add(new At<>(Cidr.of(v4), part.line()));
      }
      if (family.hasV6()) {
        out.add(new At<>(Cidr.of(v6), part.line()));
      }
      return List.copyOf(out);
    }
    long fours = written.stream().filter(at -> at.value().isV4()).count();
    long sixes = written.size() - fours;
    boolean fits =
        switch (family) {
          case IPV4 -> fours == 1 && sixes == 0;
          case IPV6 -> fours == 0 && sixes == 1;
          case DUAL -> fours == 1 && sixes == 1;
        };
    if (!fits) {
      problems.add(
          written.get(0).line(),
          "spec.network."
              + key
              + " is "
              + Resolver.listed(plain(written))
              + ", but ipFamily is "
              + ClusterFileReader.inFile(family),
          switch (family) {
            case IPV4 -> "one IPv4 range";
            case IPV6 -> "one IPv6 range";
            case DUAL -> "one IPv4 and one IPv6 range";
          });
    }
    return written;
  }

  private void serviceSize(At<Cidr> at) {
    int bits = at.value().hostBits();
    if (bits > MOST_SERVICE_BITS || bits < LEAST_SERVICE_BITS) {
      int whole = at.value().isV4() ? 32 : 128;
      problems.add(
          at.line(),
          "spec.network.serviceCidr "
              + at.value()
              + " has "
              + bits
              + " host bits, and kube-apiserver takes "
              + LEAST_SERVICE_BITS
              + " to "
              + MOST_SERVICE_BITS,
          "a range from /" + (whole - MOST_SERVICE_BITS) + " to /" + (whole - LEAST_SERVICE_BITS));
    }
  }

  /** Kubernetes takes the first range's family as the cluster's first. */
  private void sameOrder(List<At<Cidr>> pods, List<At<Cidr>> services) {
    if (pods.get(0).value().isV4() != services.get(0).value().isV4()) {
      problems.add(
          services.get(0).line(),
          "spec.network.serviceCidr and podCidr begin with different address families",
          "the same order in both");
    }
  }

  private List<Integer> masks(ClusterFile file, List<At<Cidr>> pods, int maxPods, int nodeCount) {
    List<At<Integer>> written = file.network().nodeMask();
    boolean given = !written.isEmpty();
    if (given && written.size() != pods.size()) {
      problems.add(
          written.get(0).line(),
          "spec.network.nodeMask has " + written.size() + " entries and podCidr " + pods.size(),
          "one for each podCidr");
      return List.of();
    }
    List<Integer> masks = new ArrayList<>();
    for (int i = 0; i < pods.size(); i++) {
      At<Cidr> range = pods.get(i);
      int mask = given ? written.get(i).value() : defaultMask(range.value(), maxPods);
      masks.add(mask);
      mask(file, given ? written.get(i).line() : range.line(), range.value(), mask, nodeCount);
    }
    return List.copyOf(masks);
  }

  /** 24 and 64, as kube-controller-manager has them; shorter where maxPods wants it. */
  private static int defaultMask(Cidr range, int maxPods) {
    if (!range.isV4()) {
      return Math.max(64, range.prefix());
    }
    int mask = 24;
    while (mask > range.prefix() && (1L << (32 - mask)) - NOT_FOR_PODS < maxPods) {
      mask--;
    }
    return Math.max(mask, Math.min(range.prefix(), 32));
  }

  private void mask(ClusterFile file, int line, Cidr range, int mask, int nodeCount) {
    int whole = range.isV4() ? 32 : 128;
    String shown = "spec.network.nodeMask " + mask + " of podCidr " + range;
    if (mask < range.prefix() || mask > whole) {
      problems.add(line, shown + " does not fit", "from " + range.prefix() + " to " + whole);
      return;
    }
    if (mask - range.prefix() > MOST_NODE_BITS) {
      problems.add(
          line,
          shown + " is more than " + MOST_NODE_BITS + " bits longer, which Kubernetes refuses",
          "at most " + (range.prefix() + MOST_NODE_BITS));
      return;
    }
    long ranges = 1L << (mask - range.prefix());
    if (ranges < nodeCount) {
      problems.add(
          line,
          shown + " makes " + ranges + " node ranges, too few for " + nodeCount + " nodes",
          "a longer nodeMask or a wider podCidr");
    }
    int maxPods = file.kubernetes().maxPods().map(At::value).orElse(110);
    int bits = whole - mask;
    if (bits < 20 && (1L << bits) - NOT_FOR_PODS < maxPods) {
      problems.add(
          file.kubernetes().maxPods().map(At::line).orElse(line),
          "spec.kubernetes.maxPods is "
              + maxPods
              + ", but a node's /"
              + mask
              + " has room for "
              + Math.max(0, (1L << bits) - NOT_FOR_PODS)
              + " pods",
          "fewer pods or a shorter nodeMask");
    }
  }

  /**
   * Every node has an address of each family, the cluster's first family first (001, "集群网络协议":
   * "需确保所有节点均正确配置 IPv6 地址").
   */
  private void nodeFamilies(ClusterFile file, IpFamily family, List<At<Cidr>> services) {
    boolean v4First =
        switch (family) {
          case IPV4 -> true;
          case IPV6 -> false;
          case DUAL -> services.get(0).value().isV4();
        };
    for (var node : file.nodes()) {
      if (node.addresses().isEmpty()) {
        continue;
      }
      At<IpAddress> first = node.addresses().get(0);
      if (first.value().isV4() != v4First) {
        problems.add(
            first.line(),
            "the node's first address " + first.value() + " is not of the cluster's first family",
            v4First ? "an IPv4 address first" : "an IPv6 address first");
      } else if (family == IpFamily.DUAL && node.addresses().size() < 2) {
        problems.add(
            first.line(),
            "the node " + first.value() + " has one address, but ipFamily is dual",
            "an IPv4 and an IPv6 address");
      }
    }
  }

  private static List<Cidr> plain(List<At<Cidr>> ranges) {
    return ranges.stream().map(At::value).toList();
  }
}
