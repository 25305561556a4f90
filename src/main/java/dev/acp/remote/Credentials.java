package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.value.Secret;
import java.util.Optional;

/** The secrets of one login, read: the key's passphrase, the password, and sudo's password. */
public record Credentials(
    Optional<Secret> passphrase, Optional<Secret> password, Optional<Secret> becomePassword) {
  public static Credentials none() {
    return new Credentials(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Reads what a node's ssh section names. */
  public static Credentials of(Ssh ssh, Secrets secrets) {
    String key = ssh.keyFile().map(Object::toString).orElse("the SSH key");
    return new Credentials(
        ssh.passphrase().map(s -> secrets.read(s, "Passphrase of " + key)),
        ssh.password().map(s -> secrets.read(s, "SSH password of " + ssh.user())),
        ssh.becomePassword().map(s -> secrets.read(s, "sudo password of " + ssh.user())));
  }
}
