package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/** Asks {@link HostKeys}, and remembers why it said no: sshj only takes yes or no. */
final class KeyGuard implements HostKeyVerifier {
  private final NodeName node;
  private final Ssh ssh;
  private final HostKeys keys;
  private final AtomicReference<AcpException> refusal = new AtomicReference<>();

  KeyGuard(NodeName node, Ssh ssh, HostKeys keys) {
    this.node = node;
    this.ssh = ssh;
    this.keys = keys;
  }

  @Override
  public boolean verify(String host, int port, PublicKey key) {
    String type = KeyType.fromKey(key).toString();
    byte[] blob = new Buffer.PlainBuffer().putPublicKey(key).getCompactData();
    String print = HostKeys.fingerprint(blob);
    try {
      return switch (keys.judge(ssh.address(), ssh.port(), type, blob)) {
        case KNOWN, ADDED -> true;
        case UNKNOWN ->
            refuse(
                FaultCode.HOST_KEY_UNKNOWN,
                "The SSH host key of "
                    + ssh.address()
                    + " port "
                    + ssh.port()
                    + " is not known: "
                    + type
                    + " "
                    + print
                    + ".");
        case CHANGED ->
            refuse(
                FaultCode.HOST_KEY_CHANGED,
                "The SSH host key of "
                    + ssh.address()
                    + " port "
                    + ssh.port()
                    + " is not the one that acp knows: it shows "
                    + type
                    + " "
                    + print
                    + ", known is "
                    + String.join(", ", keys.types(ssh.address(), ssh.port()))
                    + ".");
      };
    } catch (AcpException e) {
      refusal.set(e);
      return false;
    }
  }

  private boolean refuse(FaultCode code, String what) {
    refusal.set(new AcpException(Fault.of(code, what).on(node).withNext(keys.file().toString())));
    return false;
  }

  void rethrow() {
    if (refusal.get() != null) {
      throw refusal.get();
    }
  }

  @Override
  public List<String> findExistingAlgorithms(String host, int port) {
    // SshAlgorithms orders the types itself; sshj would offer the known ones only.
    return List.of();
  }
}
