package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.NetworkPart;
import dev.acp.cluster.ClusterSpec.Endpoint;
import dev.acp.cluster.ClusterSpec.Network;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Platform;
import dev.acp.fault.Problems;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * No range of the cluster holds an address that is used outside of it, nor another range (000,
 * table 3-1, "容器网络"; 001, "容器网络").
 */
final class AddressRules {
  /** Ranges that no cluster can have for its pods (RFC 6890). */
  private static final List<Cidr> SPECIAL =
      List.of(
          Cidr.of("0.0.0.0/8"),
          Cidr.of("127.0.0.0/8"),
          Cidr.of("169.254.0.0/16"),
          Cidr.of("224.0.0.0/4"),
          Cidr.of("::1/128"),
          Cidr.of("fe80::/10"),
          Cidr.of("ff00::/8"));

  private final Problems problems;

  AddressRules(Problems problems) {
    this.problems = problems;
  }

  /** A range with its name in the file; one that is a default has no line of its own. */
  private record Range(String name, Cidr cidr, int line, boolean byDefault) {
    String shown() {
      return "spec.network." + name + " " + cidr + (byDefault ? " (the default)" : "");
    }
  }

  private record Taken(String what, IpAddress address, int line) {}

  void check(
      ClusterFile file,
      List<NodeSpec> nodes,
      Network network,
      Endpoint endpoint,
      Platform platform) {
    NetworkPart part = file.network();
    List<Range> ranges = new ArrayList<>();
    add(ranges, "podCidr", network.podCidrs(), part.podCidr(), part.line());
    add(ranges, "serviceCidr", network.serviceCidrs(), part.serviceCidr(), part.line());
    add(ranges, "joinCidr", network.joinCidrs(), part.joinCidr(), part.line());
    for (int i = 0; i < ranges.size(); i++) {
      Range a = ranges.get(i);
      for (Cidr special : SPECIAL) {
        if (a.cidr().overlaps(special)) {
          problems.add(a.line(), a.shown() + " lies in " + special, "a private range");
        }
      }
      for (Range b : ranges.subList(0, i)) {
        if (a.cidr().overlaps(b.cidr())) {
          problems.add(
              a.byDefault() ? b.line() : a.line(),
              a.shown() + " overlaps " + b.shown(),
              "ranges apart");
        }
      }
    }
    for (Taken taken : taken(file, nodes, endpoint, platform)) {
      for (Range range : ranges) {
        if (range.cidr().contains(taken.address())) {
          problems.add(
              range.byDefault() ? taken.line() : range.line(),
              range.shown()
                  + " holds "
                  + taken.what()
                  + " "
                  + taken.address()
                  + " of line "
                  + taken.line(),
              "a range that no machine is in");
        }
      }
    }
  }

  private static void add(
      List<Range> ranges, String name, List<Cidr> resolved, List<At<Cidr>> written, int line) {
    for (int i = 0; i < resolved.size(); i++) {
      boolean byDefault = written.isEmpty();
      ranges.add(
          new Range(name, resolved.get(i), byDefault ? line : written.get(i).line(), byDefault));
    }
  }

  private static List<Taken> taken(
      ClusterFile file, List<NodeSpec> nodes, Endpoint endpoint, Platform platform) {
    List<Taken> out = new ArrayList<>();
    for (var node : file.nodes()) {
      node.addresses().forEach(a -> out.add(new Taken("the node", a.value(), a.line())));
    }
    file.endpoint()
        .address()
        .ifPresent(
            at ->
                IpAddress.parse(endpoint.address())
                    .filter(ip -> nodes.stream().noneMatch(n -> n.addresses().contains(ip)))
                    .ifPresent(ip -> out.add(new Taken("the cluster's address", ip, at.line()))));
    List<At<String>> platformAddresses = new ArrayList<>(file.platform().otherAddresses());
    file.platform()
        .address()
        .filter(at -> !platform.address().equals(endpoint.address()))
        .ifPresent(platformAddresses::add);
    for (At<String> at : platformAddresses) {
      IpAddress.parse(at.value())
          .ifPresent(ip -> out.add(new Taken("the platform's address", ip, at.line())));
    }
    file.registry()
        .address()
        .flatMap(
            at ->
                Names.socket(at.value(), 443)
                    .flatMap(s -> IpAddress.parse(s.host()))
                    .map(ip -> new Taken("the registry", ip, at.line())))
        .ifPresent(out::add);
    return out;
  }
}
