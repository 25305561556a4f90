package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.kube.CertificateFile;
import dev.acp.node.Result;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final NodeName NODE = NodeName.of("10.0.0.11");

  private static Result<List<CertificateFile>> due(String... paths) {
    return new Result.Done<>(
        Arrays.stream(paths)
            .map(
                p ->
                    new CertificateFile(
                        NODE, CertificateFile.Kind.KUBEADM, p, Digest.ofText(p), Optional.empty()))
            .toList());
  }

  @Test
  void certificatesThatEndSoonAreNamedWithTheWayOut() {
    assertThat(Status.certificates(NODE, due())).isEmpty();
    assertThat(Status.certificates(NODE, due("/a.crt")))
        .contains(
            "On 10.0.0.11 a certificate ends within 30 days: /a.crt; acp certs renew renews them.");
    assertThat(Status.certificates(NODE, due("/a", "/b", "/c", "/d")))
        .get()
        .asString()
        .startsWith("On 10.0.0.11 4 certificates end within 30 days: /a, /b, /c, ...;");
  }

  @Test
  void certificatesThatCannotBeReadAreNoGoodSign() {
    assertThat(
            Status.certificates(
                NODE, new Result.Failed<>(Fault.of(FaultCode.CANNOT_TELL, "It was cut off."))))
        .contains("The certificates of 10.0.0.11 cannot be told: It was cut off.");
  }
}
