package dev.acp.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.CertificateFile.State;
import dev.acp.node.FakeNodes;
import dev.acp.pki.CertificateRequest;
import dev.acp.pki.Identity;
import dev.acp.pki.Pki;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines count here
class CertificateReaderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final NodeName NODE = NodeName.of("10.0.0.11");
  private static final Duration MONTH = Duration.ofDays(30);
  private final Pki pki = new Pki(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
  private final Identity ca = pki.ca("kubernetes", 10, Pki.KeyKind.EC_P256);

  private String part(Kind kind, String path, int days) {
    Identity made =
        pki.issue(
            ca,
            CertificateRequest.client("system:node:n1", "system:nodes"),
            days,
            Pki.KeyKind.EC_P256);
    return "@@"
        + kind.word()
        + " "
        + Digest.ofText(path).hex()
        + " "
        + path
        + "\n"
        + made.certificatePem();
  }

  private static NodeCertificates parsed(String text) {
    return CertificateReader.parse(NODE, text).orElseThrow();
  }

  @Test
  void eachCertificateIsJudgedByTheNodesOwnClock() {
    String text =
        "@@clock "
            + NOW.getEpochSecond()
            + "\n@@holder\n"
            + part(Kind.ETCD, "/good", 365)
            + part(Kind.KUBEADM, "/due", 29)
            + part(Kind.KUBELET_CLIENT, "/edge", 30)
            + "@@registry "
            + Digest.ofText("x").hex()
            + " /broken\nno certificate\n@@end\n";
    NodeCertificates node = parsed(text);
    assertThat(node.holder()).isTrue();
    assertThat(node.unfinished()).isFalse();
    assertThat(node.renewing()).isFalse();
    assertThat(node.files())
        .extracting(CertificateFile::path)
        .containsExactly("/good", "/due", "/edge", "/broken");
    assertThat(node.files())
        .extracting(f -> f.state(node.clock(), MONTH))
        .containsExactly(State.GOOD, State.DUE, State.DUE, State.UNREADABLE);
    assertThat(node.due(MONTH)).hasSize(3);
    assertThat(node.kubernetesName()).contains("n1");
    assertThat(node.etcdExpired()).isFalse();
    NodeCertificates later =
        parsed(text.replace("" + NOW.getEpochSecond(), "" + (NOW.getEpochSecond() + 366 * 86400)));
    assertThat(later.etcdExpired()).isTrue();
    NodeCertificates in2010 = parsed(text.replace("" + NOW.getEpochSecond(), "1262304000"));
    assertThat(in2010.files().get(0).state(in2010.clock(), MONTH)).isEqualTo(State.NOT_YET);
  }

  @Test
  void anAnswerThatWasCutOffIsNone() {
    String whole = "@@clock 1767323045\n@@unfinished\n@@renewing\n@@end\n";
    assertThat(parsed(whole).unfinished()).isTrue();
    assertThat(parsed(whole).renewing()).isTrue();
    assertThat(CertificateReader.parse(NODE, whole.replace("@@end\n", ""))).isEmpty();
    assertThat(CertificateReader.parse(NODE, "@@end\n")).isEmpty();
    ClusterSpec spec =
        Clusters.whole(
            "apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: global}\nspec:\n"
                + "  nodes:\n    - {addresses: [10.0.0.11], role: control-plane}\n",
            Flags.none(),
            Optional.empty());
    assertThatThrownBy(
            () ->
                CertificateReader.read(
                    FakeNodes.node("10.0.0.11", c -> FakeNodes.says(0, "@@clock 1\n")), spec))
        .isInstanceOfSatisfying(
            AcpException.class, e -> assertThat(e.fault().code()).isEqualTo(FaultCode.CANNOT_TELL));
  }
}
