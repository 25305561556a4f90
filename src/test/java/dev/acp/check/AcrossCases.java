package dev.acp.check;

import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.three;
import static dev.acp.check.CheckCases.u;
import static dev.acp.check.CheckCases.vip;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.CheckCases.Want;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.node.NodeFacts;
import java.util.Collections;
import java.util.List;

/** What must be the same or differ across the nodes. */
final class AcrossCases {
  private final CheckCases c;

  AcrossCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    across();
    zones();
    notShown();
  }

  private void across() {
    c.bad("hostname-unique", u().with("hostname", "ubuntu-2"), "10.0.0.12");
    c.bad("machine-id-unique", u().with("machine-id", "5".repeat(32)), "10.0.0.12");
    c.bad("product-uuid-unique", u().with("product-uuid", "other"), "10.0.0.12");
    c.bad(
        "mac-unique",
        u().with("links", "2: eth0: <UP> mtu 1500 link/ether 52:54:00:12:34:99 brd x"),
        "10.0.0.12");
    c.bad("time-skew", u().with("time", "1795220987.600000001"), "10.1 s ahead");
    c.good("time-skew", u().with("time", "1795220987.600000000"));
    c.passes("time-skew", u(), "0.0 s behind");
    c.bad("time-zone-same", u().with("timezone", "+0000 UTC"), "+0000 UTC");
    c.bad("time-service", u().ended("time-services", "3", "inactive", "failed"), "none");
    NodeSpec n = spec().nodes().get(0);
    NodeSpec worker = spec().nodes().get(1);
    for (int count = 1; count <= 6; count++) {
      Want want = count == 1 || count == 3 || count == 5 ? Want.PASS : Want.TELL;
      ClusterSpec many = Specs.nodes(spec(), Collections.nCopies(count, n));
      c.add("control-plane-count", want, u().facts(), many, count + " control planes");
    }
    ClusterSpec two = Specs.nodes(spec(), List.of(n, worker, n));
    c.worker("control-plane-count", Want.SKIP, u().facts(), two, "worker");
    c.add("vip-in-subnet", true, u().facts(), vip(), "");
    c.add(
        "vip-in-subnet",
        false,
        u().with("addresses", "2: eth0 inet 10.0.0.11/27 scope global eth0").facts(),
        vip(),
        "/27");
    // Another interface's subnet is not where the VIP is announced.
    Recorded elsewhere =
        u().with(
                "addresses",
                "2: eth0 inet 10.0.0.11/27 scope global eth0",
                "3: eth1 inet 10.0.0.70/24 scope global eth1");
    c.add("vip-in-subnet", false, elsewhere.facts(), vip(), "[10.0.0.11/27]");
  }

  /** Of three nodes two have the cluster's zone. */
  private void zones() {
    Recorded utc = u().with("timezone", "+0000 UTC");
    NodeFacts third = ChecksTest.second(u()).facts();
    NodeFacts thirdUtc = ChecksTest.second(utc).facts();
    String check = "time-zone-same";
    c.good(check, u());
    c.add(
        Case.of(check, Want.TELL, utc.facts(), three(), "+0000 UTC")
            .wanting("one time zone: +0800 CST")
            .among(third));
    c.add(Case.of(check, Want.PASS, u().facts(), three(), "+0800 CST").among(thirdUtc));
    c.add(
        Case.of(check, Want.TELL, utc.facts(), spec(), "+0000 UTC")
            .wanting("one time zone: +0000 UTC or +0800 CST"));
  }

  /** Where a machine shows none there is nothing to compare; where it cannot be read, there is. */
  private void notShown() {
    Recorded none = u().ended("product-uuid", "missing");
    c.skips("product-uuid-unique", none, spec(), "shows no product_uuid");
    NodeFacts locked = u().ended("product-uuid", "unreadable").facts();
    c.add("product-uuid-unique", Want.ERROR, locked, spec(), "cannot be read");
    Recorded moved = u().with("addresses", "2: eth0 inet 10.0.0.99/24 scope global eth0");
    c.skips("mac-unique", moved, spec(), "has 10.0.0.11");
    c.add("mac-unique", Want.ERROR, u().ended("links", "absent").facts(), spec(), "links");
  }
}
