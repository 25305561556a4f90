package dev.acp.kube;

import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Res;
import dev.acp.kube.CertificateFile.Content;
import dev.acp.kube.CertificateFile.Kind;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads every certificate of a node, over SSH alone: neither the API nor openssl is needed. */
public final class CertificateReader {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private CertificateReader() {}

  /**
   * Asks a node; one round trip.
   *
   * @throws AcpException CANNOT_TELL where its answer is cut off
   */
  public static NodeCertificates read(Node node, ClusterSpec spec) {
    CommandResult result =
        node.remote()
            .query(
                new Command(
                    "certificates",
                    Res.text("kube/certificates.sh"),
                    List.of(spec.endpoint().address()),
                    LIMIT));
    return parse(node.name(), result.out())
        .orElseThrow(
            () ->
                AcpException.on(
                    node.name(),
                    FaultCode.CANNOT_TELL,
                    "The node's certificates could not be read to the end.",
                    result.lastLines(10)));
  }

  /** Pure; empty where the end or the node's clock is missing. */
  static Optional<NodeCertificates> parse(NodeName node, String out) {
    List<CertificateFile> files = new ArrayList<>();
    Optional<Instant> clock = Optional.empty();
    boolean renewing = false;
    boolean unfinished = false;
    boolean holder = false;
    boolean end = false;
    String[] head = {};
    StringBuilder pem = new StringBuilder();
    for (String line : out.lines().toList()) {
      if (!line.startsWith("@@")) {
        pem.append(line).append('\n');
        continue;
      }
      file(node, head, pem.toString()).ifPresent(files::add);
      pem.setLength(0);
      head = line.substring(2).split(" ", 3);
      switch (head[0]) {
        case "clock" -> clock = seconds(head);
        case "renewing" -> renewing = true;
        case "unfinished" -> unfinished = true;
        case "holder" -> holder = true;
        case "end" -> end = true;
        default -> {}
      }
    }
    if (!end || clock.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new NodeCertificates(node, clock.get(), renewing, unfinished, holder, files));
  }

  private static Optional<Instant> seconds(String[] head) {
    return head.length == 2 && head[1].matches("\\d{1,12}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(head[1])))
        : Optional.empty();
  }

  private static Optional<CertificateFile> file(NodeName node, String[] head, String pem) {
    if (head.length != 3 || !head[1].matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    return Kind.of(head[0])
        .map(kind -> new CertificateFile(node, kind, head[2], new Digest(head[1]), content(pem)));
  }

  private static Optional<Content> content(String pem) {
    try {
      X509Certificate c =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.US_ASCII)));
      return Optional.of(
          new Content(
              c.getSubjectX500Principal().getName(),
              c.getNotBefore().toInstant(),
              c.getNotAfter().toInstant()));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }
}
