package dev.acp.check;

import static dev.acp.check.CheckCases.OVN;
import static dev.acp.check.CheckCases.dual;
import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.node.NodeFacts;
import java.util.List;

/** Names, addresses, ranges and ports. */
final class NetworkCases {
  private final CheckCases c;

  NetworkCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    names();
    network();
    ports();
  }

  private void names() {
    for (String name : List.of("Node_1", "a".repeat(37), "a-.b", "a.-b", "a..b", "-ab", "ab-")) {
      c.bad("hostname-form", u().with("hostname", name), name);
    }
    c.good("hostname-form", u().with("hostname", "a".repeat(36)));
    c.bad("hosts-localhost", u().with("hosts", "10.0.0.11 ubuntu-1"), "no IPv4 line");
    c.bad("hosts-localhost", u().with("hosts", "127.0.1.1 localhost"), "127.0.1.1");
    c.bad(
        "hosts-no-duplicates",
        u().with("hosts", "127.0.0.1 localhost", "10.0.0.11 a", "10.0.0.12 b a"),
        "more than once: a");
    c.bad("hostname-resolves", u().ended("own-name", "2"), "does not resolve");
    c.bad("resolv-conf", u().ended("resolv", "missing"), "missing");
    c.bad("resolv-conf", u().with("resolv", "search example.com"), "no nameserver");
    c.bad("nameserver-not-loopback", u().with("resolv", "nameserver 127.0.0.53"), "127.0.0.53");
    c.bad(
        "nameserver-not-loopback",
        u().with("resolv", "nameserver 10.0.0.2", "nameserver ::1"),
        "::1");
    for (String in : List.of("172.16.0.0", "172.32.255.255")) {
      c.bad("nameserver-not-172", u().with("resolv", "nameserver " + in), in);
    }
    for (String out : List.of("172.15.255.255", "172.33.0.0")) {
      c.good("nameserver-not-172", u().with("resolv", "nameserver " + out));
    }
    c.bad(
        "search-domains",
        u().with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(29)),
        "29 domains");
    c.good(
        "search-domains",
        u().with("resolv", "nameserver 10.0.0.2", "search" + " d.example".repeat(28)));
    search(254, 1, false);
    search(253, 1, true);
    search(204, 10, false);
    search(203, 10, true);
    for (int last : List.of(12, 13)) {
      Recorded line =
          u().with(
                  "resolv",
                  "search" + (" " + "a".repeat(203)).repeat(9) + " " + "a".repeat(200 + last));
      c.add("search-domains", last == 12, line.facts(), spec(), (2036 + last) + " chars");
    }
    ClusterSpec old = Specs.spec("calico", "v1.20.2", "single-cluster");
    c.add(
        "search-domains",
        false,
        u().with("resolv", "search a.b c.d e.f").facts(),
        old,
        "3 domains");
    c.add("search-domains", true, u().with("resolv", "search a.b c.d").facts(), old, "");
    c.add(
        "search-domains",
        false,
        u().with("resolv", "search " + "a".repeat(128) + " " + "b".repeat(128)).facts(),
        old,
        "257");
    c.add(
        "search-domains",
        true,
        u().with("resolv", "search " + "a".repeat(128) + " " + "b".repeat(127)).facts(),
        old,
        "");
    // Where no version is known: what fits none is told, what fits the newer ones alone advised.
    for (String[] each : new String[][] {{"2", "PASS"}, {"3", "ADVISE"}, {"29", "TELL"}}) {
      int count = Integer.parseInt(each[0]);
      NodeFacts node = u().with("resolv", "search" + " d.example".repeat(count)).facts();
      Want want = Want.valueOf(each[1]);
      c.add("search-domains", want, node, CheckCases.unversioned(), count + " domains");
    }
  }

  private void search(int length, int count, boolean good) {
    Recorded node =
        u().with(
                "resolv",
                "nameserver 10.0.0.2",
                "search" + (" " + "a".repeat(length)).repeat(count));
    c.add("search-domains", good, node.facts(), spec(), good ? "" : count + " domains");
  }

  private void network() {
    c.passes("address-valid", u(), "[10.0.0.11]");
    c.bad(
        "address-present",
        u().with("addresses", "2: eth0 inet 10.0.0.99/24 scope global eth0"),
        "no interface has [10.0.0.11]");
    Recorded six =
        u().with(
                "addresses",
                "2: eth0 inet 10.0.0.11/24 scope global eth0",
                "2: eth0 inet6 fd00::11/64 scope global");
    c.add("ipv6-present", false, u().facts(), dual(OVN), "none");
    c.add("ipv6-present", true, six.facts(), dual(OVN), "");
    ClusterSpec unnamed = Specs.with(dual(OVN), dual(OVN).nodes().get(0), "10.0.0.11");
    c.add(
        "ipv6-present", false, six.facts(), unnamed, "[fd00::11], none of it in the cluster file");
    c.bad(
        "address-range",
        u().with(
                "addresses",
                "2: eth0 inet 10.0.0.11/24 scope global eth0",
                "3: br0 inet 172.17.0.1/16 scope global br0"),
        "172.17.0.1");
    c.bad("default-route", u().with("routes", "10.0.0.0/24 dev eth0"), "none");
    c.add("nic-exists", false, u().facts(), spec(OVN, "nic: bond0"), "lo, eth0");
    c.add("nic-exists", true, u().facts(), spec(OVN, "nic: eth0"), "");
    c.bad("nic-speed", u().with("speeds", "eth0 999"), "999 Mbit/s");
    c.good("nic-speed", u().with("speeds", "eth0 1000"));
    for (String none : List.of("-1", "0")) {
      c.skips("nic-speed", u().with("speeds", "eth0 " + none), spec(), "does not tell its speed");
    }
    c.bad(
        "cidrs-apart-from-routes",
        u().with("routes", "default via 10.0.0.1", "10.3.128.0/17 dev tun0"),
        "10.3.128.0/17");
    c.good(
        "cidrs-apart-from-routes",
        u().with("routes", "default via 10.0.0.1", "10.5.0.0/16 dev tun0"));
    hostRoutes();
    Recorded centos = Recorded.of("centos-7.9");
    c.add("calico-vxlan-ipv6", false, centos.facts(), dual("calico"), "centos");
    c.add("calico-vxlan-ipv6", false, Recorded.of("rhel-7.8").facts(), dual("calico"), "rhel 7.8");
    c.add("calico-vxlan-ipv6", true, Recorded.of("rhel-8.6").facts(), dual("calico"), "");
  }

  /** A route without a prefix length leads to one address; that of all is no overlap. */
  private void hostRoutes() {
    Recorded four = u().with("routes", "default via 10.0.0.1", "10.3.0.7 dev tun0");
    c.bad("cidrs-apart-from-routes", four, "10.3.0.7 dev tun0");
    NodeFacts six = u().with("routes6", "fd01::7 dev tun0").facts();
    c.add("cidrs-apart-from-routes", false, six, dual(OVN), "fd01::7 dev tun0");
    c.good("cidrs-apart-from-routes", u().with("routes", "0.0.0.0/0 via 10.0.0.1 dev eth0"));
  }

  static Recorded listening(String protocol, int port, String process) {
    String users = process.isEmpty() ? "" : " users:((\"" + process + "\",pid=1,fd=3))";
    return u().with(
            "listeners",
            "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess",
            protocol + " LISTEN 0 128 *:" + port + " *:*" + users);
  }

  private void ports() {
    for (int port : List.of(8080, 12080, 12443, 16443)) {
      c.bad("ports-free-installer", listening("tcp", port, ""), port + "/tcp");
    }
    c.bad(
        "ports-free-control-plane",
        listening("tcp", 6443, "haproxy"),
        "6443/tcp is held by haproxy");
    for (int port = 10248; port <= 10256; port++) {
      c.bad("ports-free-node", listening("tcp", port, ""), port + "/tcp");
    }
    for (int port : List.of(443, 2379, 2380, 2381, 10257, 10259, 11443)) {
      c.bad("ports-free-control-plane", listening("tcp", port, ""), port + "/tcp");
    }
    c.bad("ports-free-kube-ovn", listening("udp", 6081, ""), "6081/udp");
    c.bad("ports-free-kube-ovn", listening("tcp", 6641, ""), "6641/tcp");
    c.good("ports-free-kube-ovn", listening("tcp", 6081, ""));
    c.add(
        "ports-free-calico",
        false,
        listening("tcp", 179, "bird").facts(),
        spec("calico", ""),
        "179/tcp");
    c.add("ports-free-calico", true, u().facts(), spec("calico", ""), "");
    for (String group : List.of("installer", "control-plane", "node")) {
      c.passes("ports-free-" + group, u(), "ports free");
    }
    // Another check's port, and one that this cluster does not use.
    c.good("ports-free-installer", listening("tcp", 6443, ""));
    c.good("ports-free-control-plane", listening("tcp", 6444, ""));
    for (boolean haproxy : new boolean[] {false, true}) {
      ClusterSpec vip =
          Specs.resolved(CheckCases.vipYaml().replace("vrid: 51", "vrid: 51, haproxy: " + haproxy));
      NodeFacts held = listening("tcp", 6444, "").facts();
      c.add("ports-free-control-plane", !haproxy, held, vip, haproxy ? "6444/tcp" : "");
    }
    c.add(
        Case.of("ports-free-kube-ovn", Want.TELL, listening("udp", 6081, "").facts(), spec(), "")
            .wanting("free: 6641, 6642, 6643, 6644, 6081/udp"));
    c.passesOnOurs("ports-free-node", listening("tcp", 10250, "kubelet"), "held by acp: 10250/tcp");
  }
}
