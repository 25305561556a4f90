package dev.acp.stage;

import dev.acp.change.Change;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Res;
import dev.acp.kubeadm.KubeadmConfig;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Secrets in etcd are encrypted from the first start, with one key on every control plane. A
 * configuration that somebody placed on a control plane before (001, the key of a primary cluster
 * for its standby) is used as it is, and stays when the cluster goes.
 */
public final class EncryptionAtRest {
  /** The whole configuration among the decisions; a cluster begun by an older acp has none. */
  public static final String SECRET = "encryption-config";

  private static final Bytes MOST = Bytes.of(256 << 10);
  private static final RemotePath FILE = RemotePath.of(KubeadmConfig.ENCRYPTION_CONFIG);

  private EncryptionAtRest() {}

  /**
   * What the control planes are to have: the file that is there already, or a new key.
   *
   * @throws AcpException WOULD_DESTROY, if two control planes have different files
   */
  public static Secret decide(List<Node> controlPlanes, SecureRandom random) {
    Optional<Secret> found = Optional.empty();
    String where = "";
    for (Node node : controlPlanes) {
      Optional<Secret> one = preplaced(node);
      if (one.isPresent() && found.isPresent() && !one.equals(found)) {
        throw AcpException.on(
            node.name(),
            FaultCode.WOULD_DESTROY,
            FILE + " differs from the one on " + where + "; every control plane needs the same.",
            List.of());
      }
      if (one.isPresent() && found.isEmpty()) {
        found = one;
        where = node.name().text();
      }
    }
    return found.orElseGet(() -> make(random));
  }

  private static Optional<Secret> preplaced(Node node) {
    String seen =
        node.remote()
            .query(
                new Command(
                    "look for " + FILE,
                    Res.text("kube/preplaced.sh"),
                    List.of(FILE.text()),
                    Duration.ofSeconds(30)))
            .out();
    if (!seen.strip().equals("yes")) {
      return Optional.empty();
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    node.remote().fetch(FILE, content, MOST);
    return Optional.of(Secret.of(content.toString(StandardCharsets.UTF_8)));
  }

  /** secretbox, with a key of 32 bytes (kubernetes.io, "Encrypting Confidential Data at Rest"). */
  private static Secret make(SecureRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Secret.of(
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
          - resources: [secrets]
            providers:
              - secretbox:
                  keys:
                    - name: key1
                      secret: %s
              - identity: {}
        """
            .formatted(Base64.getEncoder().encodeToString(key)));
  }

  static boolean wanted(SetupInput in) {
    return in.decisions().secrets().containsKey(SECRET);
  }

  static List<Change> files(SetupInput in) {
    return wanted(in)
        ? List.of(Kubeadm.secret(FILE, in.decisions().secret(SECRET).reveal()))
        : List.of();
  }
}
