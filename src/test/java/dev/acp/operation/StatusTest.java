package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.containerd.ContainerdConfig;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.node.Result;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final NodeName NODE = NodeName.of("10.0.0.11");

  private static CertificateFile file(Kind kind, String path) {
    return new CertificateFile(NODE, kind, path, Digest.ofText(path), Optional.empty());
  }

  private static List<String> said(boolean external, CertificateFile... due) {
    return Status.certificates(NODE, external, new Result.Done<>(List.of(due)));
  }

  @Test
  void certificatesThatEndSoonAreNamedWithTheWayOut() {
    assertThat(said(false)).isEmpty();
    assertThat(said(false, file(Kind.KUBEADM, "/a.crt")))
        .containsExactly(
            "On 10.0.0.11 a certificate ends within 30 days: /a.crt;"
                + " acp certs renew renews what is due.");
    assertThat(
            said(
                false,
                Arrays.stream(new String[] {"/a", "/b", "/c", "/d"})
                    .map(path -> file(Kind.ETCD, path))
                    .toArray(CertificateFile[]::new)))
        .singleElement()
        .asString()
        .startsWith("On 10.0.0.11 4 certificates end within 30 days: /a, /b, /c, ...;");
  }

  @Test
  void whatARenewalDoesNotMakeAnewIsSaidApart() {
    CertificateFile[] due = {
      file(Kind.KUBEADM, "/a"),
      file(Kind.AUTHORITY, "/ca"),
      file(Kind.KUBELET_ROTATED, "/k"),
      file(Kind.AUTHORITY, ContainerdConfig.CA)
    };
    assertThat(said(false, due))
        .containsExactly(
            "On 10.0.0.11 a certificate ends within 30 days: /a; acp certs renew renews what is"
                + " due.",
            "On 10.0.0.11 2 certificates end within 30 days: /ca, "
                + ContainerdConfig.CA
                + "; acp certs renew replaces no authority.",
            "On 10.0.0.11 a certificate ends within 30 days: /k; the kubelet renews it by itself"
                + " while the API answers.");
    assertThat(said(true, due))
        .last()
        .isEqualTo(
            "On 10.0.0.11 a certificate ends within 30 days: "
                + ContainerdConfig.CA
                + "; let spec.registry.caFile name the registry's new authority, and run acp setup"
                + " again.");
  }

  @Test
  void certificatesThatCannotBeReadAreNoGoodSign() {
    assertThat(
            Status.certificates(
                NODE,
                false,
                new Result.Failed<>(Fault.of(FaultCode.CANNOT_TELL, "It was cut off."))))
        .containsExactly("The certificates of 10.0.0.11 cannot be told: It was cut off.");
  }
}
