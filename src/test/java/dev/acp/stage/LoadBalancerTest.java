package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.node.AcrossFacts;
import dev.acp.node.AcrossFacts.Dial;
import dev.acp.node.Fact;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadBalancerTest {
  private static ClusterSpec cluster(String endpoint) {
    return Clusters.whole(
        """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          endpoint: {ENDPOINT}
          network: {mode: calico, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
          platform: {address: acp.example.com}
          ssh: {user: root, keyFile: /k}
          nodes:
            - {addresses: [10.0.0.11], role: control-plane}
            - {addresses: [10.0.0.12], role: control-plane}
            - {addresses: [10.0.0.13], role: control-plane}
            - {addresses: [10.0.0.21], role: worker}
        """
            .replace("ENDPOINT", endpoint),
        Flags.none(),
        Optional.of(Clusters.OFFER));
  }

  private static Fact<AcrossFacts> saw(List<String> held, String... answers) {
    List<Dial> dials = new java.util.ArrayList<>();
    for (String answer : answers) {
      String[] w = answer.split(" ", -1);
      dials.add(new Dial("balancer", w[0], w[1]));
    }
    return Fact.known(
        new AcrossFacts(
            held, dials, Map.of(), Map.of(), Optional.empty(), Optional.empty(), Fact.unknown("-")),
        "");
  }

  private static Map<NodeName, List<String>> told(ClusterSpec spec, List<Fact<AcrossFacts>> seen) {
    Map<NodeName, Fact<AcrossFacts>> all = new LinkedHashMap<>();
    for (int i = 0; i < seen.size(); i++) {
      all.put(spec.nodes().get(i).name(), seen.get(i));
    }
    return LoadBalancer.told(spec, all);
  }

  @ParameterizedTest
  @CsvSource({
    "'address: lb.example.com', true",
    "'address: 10.0.0.100', true",
    "'address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 9}', false"
  })
  void onlyAnAddressThatIsNeitherANodesNorAVipIsALoadBalancer(String endpoint, boolean one) {
    assertThat(LoadBalancer.wanted(cluster(endpoint))).isEqualTo(one);
  }

  @Test
  void eachNodeIsToldWhatIsInItsWayAndWhatMayHelp() {
    Fact<AcrossFacts> good = saw(List.of(), "tcp/6443 ok", "tcp/443 ok");
    Map<NodeName, List<String>> told =
        told(
            cluster("address: lb.example.com"),
            List.of(
                saw(List.of(), "tcp/6443 silent", "tcp/443 silent"),
                good,
                saw(List.of(), "tcp/6443 ok", "tcp/443 refused"),
                saw(List.of(), "tcp/6443 unresolved", "tcp/443 unresolved")));
    assertThat(told.keySet())
        .extracting(NodeName::text)
        .containsExactly("10.0.0.11", "10.0.0.13", "10.0.0.21");
    assertThat(told.get(NodeName.of("10.0.0.11")))
        .singleElement()
        .asString()
        .contains(
            "tcp/6443, tcp/443", "put \"10.0.0.11 lb.example.com\" into this node's /etc/hosts");
    assertThat(told.get(NodeName.of("10.0.0.13")).toString()).contains("tcp/443", "HTTPS");
    assertThat(told.get(NodeName.of("10.0.0.21")).toString()).contains("does not know this name");
  }

  @Test
  void oneThatTakesCallsAndHangsUpIsNoStranger() {
    Map<NodeName, List<String>> told =
        told(
            cluster("address: 10.0.0.100"),
            List.of(
                saw(List.of(), "tcp/6443 closed"),
                saw(List.of(), "tcp/6443 wrong"),
                saw(List.of(), "tcp/6443 ok"),
                saw(List.of(), "tcp/6443 ok")));
    assertThat(told.get(NodeName.of("10.0.0.11")).toString())
        .contains("tcp/6443: the load balancer takes the call and hangs up", "asks for HTTPS");
    assertThat(told.get(NodeName.of("10.0.0.12")).toString()).contains("something else answers");
    assertThat(told).hasSize(2);
  }

  @Test
  void thePortOfTheRegistryIsAskedForWhereTheClusterHasOne() {
    ClusterSpec own = cluster("address: 10.0.0.100");
    assertThat(LoadBalancer.ports(own)).containsExactly("tcp/6443", "tcp/443", "tcp/11443");
    ClusterSpec external =
        cluster(
            "address: 10.0.0.100}\n  registry: {type: external, address: 'r.example.com:5000', user: u,"
                + " passwordFrom: 'env:P'");
    assertThat(LoadBalancer.ports(external)).containsExactly("tcp/6443", "tcp/443");
  }

  @Test
  void withAnAddressThereIsNoLineForHosts() {
    Fact<AcrossFacts> silent = saw(List.of(), "tcp/6443 silent");
    Map<NodeName, List<String>> told =
        told(cluster("address: 10.0.0.100"), List.of(silent, silent, silent, silent));
    assertThat(told.get(NodeName.of("10.0.0.11")).toString())
        .contains("replace the sender's address")
        .doesNotContain("put \"10.0.0.11");
    assertThat(told.get(NodeName.of("10.0.0.21")).toString()).contains("firewall");
  }

  @Test
  void aPortThatAControlPlaneUsesAlreadyProvesNothingAndWhoCouldNotBeAskedIsTold() {
    Map<NodeName, List<String>> told =
        told(
            cluster("address: 10.0.0.100"),
            List.of(
                saw(List.of("tcp/6443"), "tcp/6443 wrong"),
                saw(List.of(), "tcp/6443 wrong"),
                Fact.unknown("neither perl nor python is there")));
    assertThat(told.keySet()).extracting(NodeName::text).containsExactly("10.0.0.13", "10.0.0.21");
    assertThat(told.get(NodeName.of("10.0.0.13")).toString()).contains("cannot tell", "perl");
  }
}
