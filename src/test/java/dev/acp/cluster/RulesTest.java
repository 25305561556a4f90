package dev.acp.cluster;

import static dev.acp.cluster.Clusters.ONE_NODE;
import static dev.acp.cluster.Clusters.THREE;
import static dev.acp.cluster.Clusters.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // lines count here
class RulesTest {
  private static final String VIP =
      "  endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}\n";

  /** Part of the one message that the first line of spec, put before one node, must give. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          network: {podCidr: [10.3.0.7/16]}                     | with host bits set (10.3.0.0/16)
          network: {podCidr: [10.0.0.0/16]}                     | holds the node 10.0.0.11 of line 7
          network: {podCidr: [127.0.0.0/16]}                    | lies in 127.0.0.0/8
          network: {serviceCidr: [172.0.0.0/11]}                | 21 host bits
          network: {serviceCidr: [172.20.0.0/29]}               | 3 host bits
          network: {podCidr: [172.16.0.0/12], nodeMask: [29]}   | at most 28
          network: {podCidr: [172.16.0.0/26], nodeMask: [24]}   | from 26 to 32
          network: {podCidr: [10.3.0.0/16, 10.5.0.0/16]}        | one IPv4 range
          network: {podCidr: ["fd00::/48"]}                     | one IPv4 range
          network: {podCidr: 10.3.0.0/16}                       | (a list)
          network: {nodeMask: [24, 64]}                         | one for each podCidr
          network: {podCidr: [banana]}                          | an address range such as
          network: {kubeProxyMode: nftables}                    | ipvs or iptables
          network: {mode: flannel}                              | it carries kube-ovn, calico
          network: {nic: enp0s31f6-too-long}                    | at most 15
          kubernetes: {maxPods: 0}                              | from 1 to 65535
          kubernetes: {version: latest}                         | three numbers
          kubernetes: {extraArgs: {kubelet: {--v: "2"}}}        | without its dashes
          kubernetes: {extraArgs: {kubelet: {max-pods: "2"}}}   | see spec.kubernetes.maxPods
          kubernetes: {extraArgs: {etcd: {}}}                   | unknown field
          nodeName: name                                        | ip or hostname
          endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true}}      | a number from 1 to 255
          endpoint: {address: 10.0.0.100, selfBuiltVip: {vrid: 3}}            | enabled is missing
          endpoint: {address: 10.0.0.11, selfBuiltVip: {enabled: true, vrid: 1}} | that of the node in line 7
          endpoint: {address: a.example.com, selfBuiltVip: {enabled: true, vrid: 1}} | the virtual IP address
          endpoint: {address: 10.3.0.5}                         | holds the cluster's address
          endpoint: {address: 127.0.0.1}                        | a loopback address
          endpoint: {address: "fd00::5"}                        | an IPv4 address
          endpoint: {address: 10.0.0.300}                       | an IP address or a domain name
          platform: {address: ACP.example.com}                  | in lower case
          platform: {otherAddresses: [10.4.0.9]}                | holds the platform's address
          platform: {otherAddresses: [10.0.0.11]}               | twice
          platform: {httpsPort: 6443}                           | Kubernetes or the registry uses
          platform: {httpsPort: 30443}                          | Kubernetes or the registry uses
          platform: {httpsPort: 70000}                          | from 1 to 65535
          platform: {httpPort: 443}                             | two different ports
          platform: {certificate: {certFile: a.crt}}            | keyFile is missing
          registry: {type: harbor}                              | platform or external
          registry: {type: external}                            | host:port
          registry: {user: admin, passwordFrom: prompt}         | is admin
          registry: {user: pull}                                | user and passwordFrom
          registry: {address: r.example.com}                    | type: external
          containerd: {root: var/lib/containerd}                | an absolute path
          containerd: {root: /var/../lib}                       | an absolute path
          capacity: huge                                        | single-cluster
          disasterRecovery: yes                                 | true or false
          checks: {disable: [Swap Off]}                         | a check's id
          ssh: {user: ops, become: none}                        | become: sudo
          ssh: {port: 0}                                        | from 1 to 65535
          ssh: {password: hunter2}                              | unknown field "spec.ssh.password"
          nods: []                                              | did you mean nodes?
          """)
  void eachRuleHasItsMessage(String line, String message) {
    assertThat(problems("  " + line.strip() + "\n" + ONE_NODE))
        .singleElement()
        .asString()
        .startsWith("c.yaml:5: ")
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {addresses: [10.0.0.11], role: worker}                   | stands in line 6 as well
          {addresses: [127.0.0.9], role: worker}                   | a loopback address
          {addresses: [224.0.0.9], role: worker}                   | a multicast address
          {addresses: [169.254.0.9], role: worker}                 | a link-local address
          {addresses: [0.0.0.0], role: worker}                     | the unspecified address
          {addresses: [255.255.255.255], role: worker}             | the broadcast address
          {addresses: [10.0.0.12, 10.0.0.13], role: worker}        | two IPv4 addresses
          {addresses: ["fd00::1"], role: worker}                   | an IPv4 address first
          {addresses: [], role: control-plane}                     | at least one address
          {addresses: [10.0.0.12], role: master}                   | control-plane or worker
          {addresses: [10.0.0.12], role: worker, deployable: false} | deployable: true
          {addresses: [10.0.0.12], role: worker, platformDedicated: true} | isolation: true
          {addresses: [10.0.0.12], role: worker, labels: {a b: c}} | the label a b
          {addresses: [10.0.0.12], role: worker, taints: [x]}      | NoSchedule
          {addresses: [10.0.0.12], role: worker, gpu: amd}         | physical
          {addresses: [10.0.0.12]}                                 | role is missing
          """)
  void eachRuleOfANodeHasItsMessage(String node, String message) {
    assertThat(problems(ONE_NODE + "    - " + node.strip() + "\n"))
        .singleElement()
        .asString()
        .startsWith("c.yaml:")
        .contains(message);
  }

  @Test
  void threeAndFiveControlPlanesAreAcceptedAndFourAreNot() {
    String four = VIP + THREE + "    - {addresses: [10.0.0.14], role: control-plane}\n";
    assertThat(problems(VIP + THREE)).isEmpty();
    assertThat(problems(VIP + THREE.substring(0, THREE.lastIndexOf("    -"))))
        .singleElement()
        .asString()
        .contains("2 control planes");
    assertThat(problems(four)).singleElement().asString().contains("4 control planes");
    assertThat(problems(four + "    - {addresses: [10.0.0.15], role: control-plane}\n")).isEmpty();
    assertThat(problems("  nodes:\n    - {addresses: [10.0.0.21], role: worker}\n"))
        .singleElement()
        .asString()
        .contains("0 control planes");
    assertThat(problems("  nodes: []\n")).singleElement().asString().contains("0 control planes");
  }

  @Test
  void oneOfSeveralControlPlanesIsNoEndpoint() {
    assertThat(problems("  endpoint: {address: 10.0.0.12}\n" + THREE))
        .singleElement()
        .asString()
        .contains("one of 3 control planes");
    assertThat(problems("  endpoint: {address: lb.example.com}\n" + THREE)).isEmpty();
  }

  @Test
  void twoHundredFiftyFivePodsDoNotFitANodeRangeOf256() {
    String asked = "  kubernetes: {maxPods: 255}\n";
    assertThat(problems(asked + "  network: {nodeMask: [24]}\n" + ONE_NODE))
        .singleElement()
        .asString()
        .contains("room for 253 pods");
    assertThat(problems(asked + "  network: {nodeMask: [23]}\n" + ONE_NODE)).isEmpty();
    assertThat(Clusters.resolve(asked + ONE_NODE).network().nodeMasks()).containsExactly(23);
  }

  @Test
  void aRangeForEachNodeMustBeThere() {
    assertThat(problems(VIP + "  network: {podCidr: [172.20.0.0/23], nodeMask: [24]}\n" + THREE))
        .singleElement()
        .asString()
        .contains("2 node ranges, too few for 3 nodes");
  }

  /** 001 and 000, "添加节点". */
  @Test
  void isolationForcesWhatMayRunWhere() {
    String isolated = VIP + "  platform: {isolation: true}\n" + THREE;
    ClusterSpec spec =
        Clusters.resolve(isolated + "    - {addresses: [10.0.0.21], role: worker}\n");
    assertThat(spec.controlPlanes()).allMatch(n -> n.platformDedicated() && !n.deployable());
    assertThat(spec.workers()).allMatch(n -> !n.platformDedicated() && n.deployable());
    assertThat(
            problems(
                isolated
                    + "    - {addresses: [10.0.0.21], role: worker, platformDedicated: true,"
                    + " deployable: true}\n"))
        .singleElement()
        .asString()
        .contains("deployable: true on a node that is platformDedicated (deployable: false)");
    assertThat(
            problems(
                "  platform: {isolation: true}\n  nodes:\n    - {addresses: [10.0.0.11],"
                    + " role: control-plane, platformDedicated: false, deployable: true}\n"))
        .singleElement()
        .asString()
        .contains("no node is platformDedicated");
  }

  @Test
  void dualStackNeedsBothAddressesAndOneOrder() {
    String dual = "  platform: {address: acp.example.com}\n";
    assertThat(problems("  network: {ipFamily: dual}\n" + dual + ONE_NODE))
        .singleElement()
        .asString()
        .contains("has one address, but ipFamily is dual");
    assertThat(
            problems(
                "  network: {ipFamily: dual, podCidr: [\"fd00:3::/48\", 10.3.0.0/16]}\n"
                    + dual
                    + "  nodes:\n    - {addresses: [10.0.0.11, \"fd00::1\"], role:"
                    + " control-plane}\n"))
        .singleElement()
        .asString()
        .contains("the same order in both");
  }

  /** 001, "灾难恢复环境安装注意事项". */
  @Test
  void disasterRecoveryHasRulesOfItsOwn() {
    assertThat(problems("  disasterRecovery: true\n" + VIP + THREE))
        .hasSize(5)
        .anyMatch(p -> p.contains("selfBuiltVip with disasterRecovery"))
        .anyMatch(p -> p.contains("disaster recovery needs one"))
        .anyMatch(p -> p.contains("without spec.platform.certificate"))
        .anyMatch(p -> p.contains("otherAddresses: [10.0.0.100]"))
        .anyMatch(p -> p.contains("without user and passwordFrom"));
    assertThat(
            problems(
                "  disasterRecovery: true\n"
                    + "  endpoint: {address: 10.0.0.100}\n"
                    + "  platform: {address: acp.example.com, otherAddresses: [10.0.0.100],"
                    + " httpPort: 80, certificate: {certFile: a, keyFile: b}}\n"
                    + "  registry: {user: pull, passwordFrom: prompt}\n"
                    + THREE))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "Global", "a/b", "..", "-a"})
  void aClusterNameIsAFolderName(String name) {
    String text =
        "apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: \"" + name + "\"}\n";
    assertThat(text).isNotEmpty();
    assertThat(Names.clusterName(name)).isEmpty();
  }
}
