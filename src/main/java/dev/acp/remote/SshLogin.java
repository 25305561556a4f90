package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.util.List;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthKeyboardInteractive;
import net.schmizz.sshj.userauth.method.AuthPassword;
import net.schmizz.sshj.userauth.method.ChallengeResponseProvider;
import net.schmizz.sshj.userauth.password.Resource;

/** Logs in: with the key first, then with the password, which is sent once only. */
final class SshLogin {
  private SshLogin() {}

  static void login(SSHClient client, NodeName node, Ssh ssh, Credentials credentials)
      throws IOException {
    if (ssh.keyFile().isPresent()) {
      KeyProvider keys = SshKeys.load(client, ssh.keyFile().get(), credentials.passphrase());
      try {
        client.authPublickey(ssh.user(), keys);
        return;
      } catch (UserAuthException e) {
        if (credentials.password().isEmpty()) {
          throw new AcpException(
              refused(node, ssh, "the key " + ssh.keyFile().get() + " is not accepted"), e);
        }
      }
    }
    if (credentials.password().isEmpty()) {
      throw new AcpException(refused(node, ssh, "there is neither a key nor a password"));
    }
    password(client, node, ssh, credentials.password().get());
  }

  private static void password(SSHClient client, NodeName node, Ssh ssh, Secret password)
      throws IOException {
    try {
      client.auth(ssh.user(), new AuthPassword(SshKeys.once(password)));
    } catch (UserAuthException e) {
      // Asked anew only where the server never looked at it: a second wrong try may lock accounts.
      boolean looked = client.getUserAuth().getAllowedMethods().contains("password");
      boolean other = client.getUserAuth().getAllowedMethods().contains("keyboard-interactive");
      if (looked || !other) {
        throw new AcpException(refused(node, ssh, "the password is not accepted"), e);
      }
      try {
        client.auth(ssh.user(), new AuthKeyboardInteractive(new OneAnswer(password)));
      } catch (UserAuthException second) {
        throw new AcpException(refused(node, ssh, "the password is not accepted"), second);
      }
    }
  }

  static Fault refused(NodeName node, Ssh ssh, String why) {
    return Fault.of(
            FaultCode.LOGIN_REFUSED,
            "The SSH login as "
                + ssh.user()
                + " at "
                + ssh.address()
                + " port "
                + ssh.port()
                + " failed: "
                + why
                + ".")
        .on(node);
  }

  /** Answers the first hidden question, in whatever language it is put, and nothing after it. */
  private static final class OneAnswer implements ChallengeResponseProvider {
    private final Secret password;
    private boolean given;

    OneAnswer(Secret password) {
      this.password = password;
    }

    @Override
    public List<String> getSubmethods() {
      return List.of();
    }

    @Override
    @SuppressWarnings("rawtypes") // sshj's signature
    public void init(Resource resource, String name, String instruction) {}

    @Override
    public char[] getResponse(String prompt, boolean echo) {
      if (echo || given) {
        return new char[0];
      }
      given = true;
      return password.reveal().toCharArray();
    }

    @Override
    public boolean shouldRetry() {
      return false;
    }
  }
}
