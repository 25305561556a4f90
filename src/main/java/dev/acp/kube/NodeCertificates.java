package dev.acp.kube;

import dev.acp.kube.CertificateFile.Kind;
import dev.acp.kube.CertificateFile.State;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The certificates of one node, with what else a renewal must know of it.
 *
 * @param clock the node's own time, by which its programs judge
 * @param renewing a renewal is under way there: an earlier run's
 * @param unfinished one was cut off there
 * @param holder the node has the cluster's address now
 */
public record NodeCertificates(
    NodeName node,
    Instant clock,
    boolean renewing,
    boolean unfinished,
    boolean holder,
    List<CertificateFile> files) {
  private static final Pattern KUBELET = Pattern.compile("CN=system:node:([a-z0-9.:-]+)(?:,.*)?");

  public NodeCertificates {
    files = List.copyOf(files);
  }

  /** Those that are not good, by the node's clock. */
  public List<CertificateFile> due(Duration within) {
    return files.stream().filter(f -> f.state(clock, within) != State.GOOD).toList();
  }

  /** True where a certificate that etcd itself shows or needs has expired. */
  public boolean etcdExpired() {
    return files.stream()
        .anyMatch(f -> f.kind() == Kind.ETCD && f.state(clock, Duration.ZERO) == State.EXPIRED);
  }

  /** What Kubernetes calls the node, as its kubelet's certificate has it. */
  public Optional<String> kubernetesName() {
    return files.stream()
        .filter(f -> f.kind() == Kind.KUBELET_CLIENT)
        .flatMap(f -> f.content().stream())
        .map(c -> KUBELET.matcher(c.subject()))
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst();
  }
}
