package dev.acp.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.kube.ClusterStatus.ChartState;
import dev.acp.kube.ClusterStatus.EtcdMember;
import dev.acp.kube.ClusterStatus.MissingDigest;
import dev.acp.kube.ClusterStatus.RegistryState;
import dev.acp.kube.StatusReader.Api;
import dev.acp.node.FakeNodes;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three control planes behind a VIP; each answers as a fake of res/kube/control-plane.sh would. */
class StatusJudgeTest {
  private static final ClusterSpec SPEC =
      Clusters.whole(
          """
          apiVersion: acp.dev/v1
          kind: GlobalCluster
          metadata: {name: global}
          spec:
            kubernetes: {version: v1.20.2}
            endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
            network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
            platform: {address: 10.0.0.100}
            ssh: {user: ops, become: sudo, port: 2222, keyFile: /k}
            nodes:
              - {addresses: [10.0.0.11], role: control-plane}
              - {addresses: [10.0.0.12], role: control-plane}
              - {addresses: [10.0.0.13], role: control-plane}
          """,
          Flags.none(),
          Optional.empty());

  private static final Api API = new Api(List.of(), List.of(), List.of(), List.of("dns"));

  private static final String MEMBERS =
      """
      a1, started, 10.0.0.11, https://10.0.0.11:2380, https://10.0.0.11:2379, false
      a2, started, 10.0.0.12, https://10.0.0.12:2380, https://10.0.0.12:2379, false
      a3, started, 10.0.0.13, https://10.0.0.13:2380, https://10.0.0.13:2379, false
      """;

  private static final String GOOD =
      """
      @@vip
      no
      @@readyz
      ok
      @@units
      containerd.service active
      kubelet.service active
      acp-registry.service active
      @@etcd-members
      %s@@etcd-self
      [{"Endpoint":"x","Status":{"header":{"member_id":1},"leader":7}}]
      @@etcd-serves
      yes
      @@encryption
      e1
      @@drift
      @@chart dns
      Deployment kube-system/dns 2 2 2 5 5
      ConfigMap kube-system/dns - - - 0 0
      @@end
      """
          .formatted(MEMBERS);

  /** What each control plane says, by the last number of its address; null where it is off. */
  private final Map<Integer, String> says = new LinkedHashMap<>();

  private final List<RegistryState> registries = new java.util.ArrayList<>();

  StatusJudgeTest() {
    says.put(11, GOOD.replace("@@vip\nno", "@@vip\nholds"));
    says.put(12, GOOD);
    says.put(13, GOOD);
  }

  private ClusterStatus judged() {
    Map<NodeName, ControlPlaneState> seen = new LinkedHashMap<>();
    Map<NodeName, String> off = new LinkedHashMap<>();
    says.forEach(
        (number, text) -> {
          NodeName name = NodeName.of("10.0.0." + number);
          if (text == null) {
            off.put(name, "No route to host.");
          } else {
            seen.put(
                name,
                ControlPlaneState.read(
                    FakeNodes.remote(c -> FakeNodes.says(0, text)), SPEC.node(name), SPEC));
          }
        });
    ClusterStatus status =
        new StatusJudge(SPEC, seen, off)
            .judge(seen.isEmpty() ? Optional.empty() : Optional.of(API), registries, List.of());
    assertThat(status.healthy()).isEqualTo(status.reasons().isEmpty());
    return status;
  }

  private void change(int number, String from, String to) {
    assertThat(says.get(number)).contains(from);
    says.put(number, says.get(number).replace(from, to));
  }

  @Test
  void allIsWell() {
    ClusterStatus status = judged();
    assertThat(status.reasons()).isEmpty();
    assertThat(status.vip().orElseThrow().holders()).containsExactly("10.0.0.11");
    assertThat(status.etcd().quorum()).isTrue();
    assertThat(status.etcd().members())
        .containsExactly(
            new EtcdMember("10.0.0.11", "a1", "voter"),
            new EtcdMember("10.0.0.12", "a2", "voter"),
            new EtcdMember("10.0.0.13", "a3", "voter"));
    assertThat(status.charts()).containsExactly(new ChartState("dns", "ready", ""));
    assertThat(status.recovery()).isEmpty();
  }

  @Test
  void theVirtualAddressOnTwoOrOnNoneOrUnknownIsAReasonThatNamesThem() {
    change(12, "@@vip\nno", "@@vip\nholds");
    assertThat(judged().reasons())
        .singleElement()
        .asString()
        .startsWith("The virtual address 10.0.0.100 is held by 10.0.0.11 and 10.0.0.12 at once");
    change(12, "@@vip\nholds", "@@vip\nno");
    change(11, "@@vip\nholds", "@@vip\nno");
    assertThat(judged().reasons())
        .singleElement()
        .asString()
        .startsWith("No control plane that answers holds the virtual address 10.0.0.100");
    change(11, "@@vip\nno", "@@vip\nholds");
    change(13, "@@vip\nno", "@@vip\nunknown");
    assertThat(judged().reasons())
        .containsExactly("Whether 10.0.0.13 holds the virtual address cannot be told.");
  }

  @Test
  void oneControlPlaneThatIsOffIsNamedAndTheOthersStillServe() {
    says.put(13, null);
    ClusterStatus status = judged();
    assertThat(status.reasons())
        .containsExactly(
            "Control plane 10.0.0.13 cannot be asked: No route to host.",
            "etcd's member of 10.0.0.13 cannot be asked.");
    assertThat(status.etcd().quorum()).isTrue();
    assertThat(status.recovery()).isEmpty();
  }

  @Test
  void aLostMajorityIsToldWithoutAnyApiAndWithTheWayOut() {
    says.put(12, null);
    says.put(13, null);
    change(11, "@@readyz\nok", "@@readyz\nError: timed out");
    change(11, "@@etcd-serves\nyes", "@@etcd-serves\nno");
    change(11, "\"leader\":7", "\"leader\":0");
    ClusterStatus status = judged();
    assertThat(status.etcd().quorum()).isFalse();
    assertThat(status.reasons())
        .contains(
            "The API server of 10.0.0.11 does not say that it is ready: Error: timed out.",
            "etcd has lost its majority: 1 of 3 voting members answer, 2 are needed; nothing can be"
                + " changed in the cluster until then.");
    assertThat(status.recovery())
        .hasSize(3)
        .last()
        .isEqualTo(
            "  ssh -p 2222 ops@10.0.0.11 -t sudo sh /etc/kubernetes/acp/etcd-recover.sh"
                + " --others-are-gone");
    // Even a member list that nobody gives (etcd 3.5 without its majority) changes nothing of that.
    change(11, MEMBERS, "");
    assertThat(judged().recovery()).hasSize(3);
  }

  @Test
  void noWayOutIsShownWhileAMajorityRunsOrNobodyDoes() {
    for (int number : List.of(11, 12, 13)) {
      change(number, "@@etcd-serves\nyes", "@@etcd-serves\nno");
    }
    assertThat(judged().reasons()).anyMatch(r -> r.contains("3 of 3 voting members answer"));
    assertThat(judged().recovery()).isEmpty();
    for (int number : List.of(11, 12, 13)) {
      says.put(number, null);
    }
    assertThat(judged().recovery()).isEmpty();
    assertThat(judged().healthy()).isFalse();
  }

  @Test
  void membersThatNeverStartedAreLearnersMissingOrStrangersAreNamed() {
    String third =
        "a3, started, 10.0.0.13, https://10.0.0.13:2380, https://10.0.0.13:2379, false\n";
    for (int number : List.of(11, 12, 13)) {
      change(number, third, "a3, unstarted, , https://10.0.0.13:2380, , true\n");
    }
    assertThat(judged().reasons())
        .containsExactly("etcd's member of 10.0.0.13 was added and has never started.");
    for (int number : List.of(11, 12, 13)) {
      change(number, "a3, unstarted, , https://10.0.0.13:2380, , true\n", "");
    }
    assertThat(judged().reasons()).containsExactly("Control plane 10.0.0.13 is no member of etcd.");
    for (int number : List.of(11, 12, 13)) {
      change(
          number,
          "@@etcd-self\n",
          third + third.replace("10.0.0.13", "10.0.0.19") + "@@etcd-self\n");
    }
    change(13, "\"leader\":7", "\"leader\":7,\"isLearner\":true");
    assertThat(judged().reasons())
        .containsExactly(
            "etcd's member of 10.0.0.13 is a learner and has no vote yet.",
            "etcd has a member https://10.0.0.19:2380 that is no control plane of the cluster file.");
  }

  @Test
  void driftDeadUnitsAndAnotherEncryptionKeyAreReasons() {
    change(12, "@@drift\n", "@@drift\nchanged /etc/containerd/config.toml\nmissing /usr/bin/ctr\n");
    change(12, "kubelet.service active", "kubelet.service failed");
    change(13, "@@encryption\ne1", "@@encryption\ne2");
    assertThat(judged().reasons())
        .containsExactly(
            "kubelet.service on 10.0.0.12 is failed; look at journalctl -u kubelet.service.",
            "On 10.0.0.12 something is not as acp put it there: changed"
                + " /etc/containerd/config.toml, missing /usr/bin/ctr; acp setup brings it back.",
            "The control planes do not have the same /etc/kubernetes/encryption-provider.conf:"
                + " [[10.0.0.11, 10.0.0.12], [10.0.0.13]]; what one writes, another cannot read.");
  }

  @Test
  void aRegistryThatLacksADigestOrDoesNotAnswerIsNamed() {
    registries.add(new RegistryState("10.0.0.11", "https://10.0.0.11:11443", "", List.of()));
    assertThat(judged().healthy()).isTrue();
    registries.add(
        new RegistryState(
            "10.0.0.12",
            "https://10.0.0.12:11443",
            "",
            List.of(new MissingDigest("platform/dns:1", "sha256:ab"))));
    registries.add(
        new RegistryState("10.0.0.13", "https://10.0.0.13:11443", "it does not answer", List.of()));
    assertThat(judged().reasons())
        .containsExactly(
            "The registry of 10.0.0.12 lacks sha256:ab (platform/dns:1); acp setup puts it there"
                + " again.",
            "The registry https://10.0.0.13:11443 could not be looked at: it does not answer.");
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment kube-system/dns 2 1 2 5 5",
    "Deployment kube-system/dns 2 2 1 5 5",
    "Deployment kube-system/dns 2 2 2 6 5",
    "Deployment kube-system/dns - - - 5 0",
    "Error from server (NotFound): deployments.apps \"dns\" not found",
    "Unable to connect to the server"
  })
  void aComponentIsFailedUnlessEveryWorkloadHasAllItsPods(String line) {
    for (int number : List.of(11, 12, 13)) {
      change(number, "Deployment kube-system/dns 2 2 2 5 5", line);
    }
    ClusterStatus status = judged();
    assertThat(status.charts()).containsExactly(new ChartState("dns", "failed", line));
    assertThat(status.reasons()).containsExactly("The component dns is not ready: " + line + ".");
  }

  @Test
  void aComponentWhoseManifestsCannotBeSeenIsNotCalledReady() {
    for (int number : List.of(11, 12, 13)) {
      says.put(number, GOOD.replaceAll("(?s)@@chart.*?(?=@@end)", ""));
    }
    change(11, "@@vip\nno", "@@vip\nholds");
    assertThat(judged().charts()).extracting(ChartState::state).containsExactly("applied");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sh: 1: ip: not found\n", "@@end\n", "@@vip\nno\n@@readyz\nok\n@@end\n"})
  void whatIsUnknownIsNeverHealthy(String out) {
    for (int number : List.of(11, 12, 13)) {
      says.put(number, out);
    }
    ClusterStatus status = judged();
    assertThat(status.healthy()).isFalse();
    assertThat(status.etcd().quorum()).isFalse();
  }
}
