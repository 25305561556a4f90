package dev.acp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.GoldenFile;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateFile.Content;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.NodeCertificates;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificatesReportTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final NodeName NODE = NodeName.of("10.0.0.11");

  private static CertificateFile file(Kind kind, String path, int days) {
    Instant end = NOW.plus(Duration.ofDays(days));
    return new CertificateFile(
        NODE,
        kind,
        path,
        Digest.ofText(path),
        Optional.of(new Content("CN=x", end.minus(Duration.ofDays(365)), end)));
  }

  private static CertificatesReport report(boolean unfinished, CertificateFile... files) {
    return new CertificatesReport(
        "global",
        Duration.ofDays(30),
        List.of(new NodeCertificates(NODE, NOW, false, unfinished, false, List.of(files))),
        Map.of());
  }

  @Test
  void thisIsWhatAPersonReads() throws IOException {
    CertificatesReport report =
        new CertificatesReport(
            "global",
            Duration.ofDays(30),
            List.of(
                new NodeCertificates(
                    NODE,
                    NOW,
                    false,
                    true,
                    false,
                    List.of(
                        file(Kind.AUTHORITY, "/etc/kubernetes/pki/ca.crt", 3650),
                        file(Kind.ETCD, "/etc/kubernetes/pki/etcd/server.crt", 12),
                        file(Kind.KUBECONFIG, "/etc/kubernetes/admin.conf", -3),
                        file(Kind.KUBELET_SERVER, "/var/lib/kubelet/pki/kubelet.crt", 400),
                        new CertificateFile(
                            NODE,
                            Kind.REGISTRY,
                            "/etc/acp-registry/tls.crt",
                            Digest.ofText("x"),
                            Optional.empty())))),
            Map.of(NodeName.of("10.0.0.12"), "it does not answer"));
    GoldenFile.check("report/certificates.txt", report.text());
    GoldenFile.check("report/certificates.json", report.json());
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.path("good").asBoolean()).isFalse();
    assertThat(json.path("certificates")).hasSize(5);
    assertThat(json.path("missing").get(0).path("node").asText()).isEqualTo("10.0.0.12");
  }

  @Test
  void onlyWhenAllWasSeenAndIsGoodItIsGood() {
    assertThat(report(false, file(Kind.ETCD, "/a", 31)).good()).isTrue();
    assertThat(report(false, file(Kind.ETCD, "/a", 30)).good()).isFalse();
    assertThat(report(true, file(Kind.ETCD, "/a", 31)).good()).isFalse();
    assertThat(
            new CertificatesReport(
                    "global", Duration.ofDays(30), List.of(), Map.of(NODE, "it is off"))
                .good())
        .isFalse();
  }
}
