package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.cluster.ClusterSpec.Ssh.Jump;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.userauth.UserAuthException;

/** One SSH connection, logged in. Safe for use by several threads. */
final class SshConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int ANSWER_MILLIS = 20_000;
  private static final int KEEP_ALIVE_SECONDS = 15;
  private static final int KEEP_ALIVE_MISSES = 3;

  /** sshd allows 10 a connection (MaxSessions); two are left for people's own use. */
  private static final int SESSIONS = 8;

  private final SSHClient client;
  private final Optional<SshConnection> via;
  private final Executor threads;
  private final Semaphore sessions = new Semaphore(SESSIONS);
  private volatile boolean broken;

  private SshConnection(SSHClient client, Optional<SshConnection> via, Executor threads) {
    this.client = client;
    this.via = via;
    this.threads = threads;
  }

  static SshConnection open(
      NodeName node, Ssh ssh, Credentials credentials, HostKeys keys, Executor threads) {
    String where =
        ssh.address() + " port " + ssh.port() + ssh.jump().map(j -> " through " + j).orElse("");
    Optional<SshConnection> via =
        ssh.jump().map(jump -> open(node, between(ssh, jump), credentials, keys, threads));
    SSHClient client = new SSHClient(SshAlgorithms.config(keys.types(ssh.address(), ssh.port())));
    client.setSocketFactory(new NoDelay(ssh.socks5()));
    client.setConnectTimeout(CONNECT_MILLIS);
    client.setTimeout(CONNECT_MILLIS);
    client.getTransport().setTimeoutMs(ANSWER_MILLIS);
    client.getConnection().setTimeoutMs(ANSWER_MILLIS);
    client
        .getTransport()
        .addAlgorithmsVerifier(
            chosen -> {
              if (chosen.getSignatureAlgorithm().startsWith("ecdsa-")) {
                SshAlgorithms.needEcdsa();
              }
              return true;
            });
    KeyGuard guard = new KeyGuard(node, ssh, keys);
    client.addHostKeyVerifier(guard);
    try {
      // The text of the address, not an InetAddress: sshj would look its name up.
      if (via.isPresent()) {
        client.connectVia(via.get().client.newDirectConnection(ssh.address(), ssh.port()));
      } else {
        client.connect(ssh.address(), ssh.port());
      }
      SshLogin.login(client, node, ssh, credentials);
    } catch (IOException | RuntimeException e) {
      closeQuietly(client, e);
      via.ifPresent(v -> closeQuietly(v.client, e));
      guard.rethrow();
      if (e instanceof AcpException known) {
        throw new AcpException(known.fault().on(node), known);
      }
      if (e instanceof UserAuthException) {
        throw new AcpException(SshLogin.refused(node, ssh, String.valueOf(e.getMessage())), e);
      }
      throw new AcpException(
          Fault.of(FaultCode.NODE_UNREACHABLE, "No SSH at " + where + ": " + why(e) + ".").on(node),
          e);
    }
    if (client.getConnection().getKeepAlive() instanceof KeepAliveRunner runner) {
      runner.setMaxAliveCount(KEEP_ALIVE_MISSES);
    }
    client.getConnection().getKeepAlive().setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    return new SshConnection(client, via, threads);
  }

  /** The login on the host in between: the same key or password, the proxy in front of it. */
  private static Ssh between(Ssh ssh, Jump jump) {
    return new Ssh(
        jump.user().orElse(ssh.user()),
        jump.host().host(),
        jump.host().port(),
        ssh.keyFile(),
        ssh.passphrase(),
        ssh.password(),
        Ssh.Become.NONE,
        Optional.empty(),
        Optional.empty(),
        ssh.socks5());
  }

  private static String why(Throwable e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static void closeQuietly(SSHClient client, Throwable because) {
    try {
      client.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  boolean alive() {
    return !broken && client.isConnected() && client.isAuthenticated();
  }

  /** Runs one command line; see {@link Exchange#run}. */
  int exec(
      String commandLine,
      Exchange.Source in,
      OutputStream out,
      OutputStream err,
      Exchange.Limits limits)
      throws IOException {
    sessions.acquireUninterruptibly();
    Session session = null;
    try {
      Session.Command command;
      try {
        session = client.startSession();
        command = session.exec(commandLine);
      } catch (IOException | IllegalStateException e) {
        throw new Lost(false, why(e), e);
      }
      return new Exchange(command, threads).run(in, out, err, limits);
    } catch (Lost e) {
      broken = true;
      throw e;
    } finally {
      release(session);
    }
  }

  /** Closing waits for the server, which may be the one that hangs: never on the caller's time. */
  private void release(Session session) {
    if (session == null || !session.isOpen()) {
      sessions.release();
      return;
    }
    try {
      threads.execute(
          () -> {
            try {
              session.close();
            } catch (IOException e) {
              // The connection is broken; the next command on it will say so.
            } finally {
              sessions.release();
            }
          });
    } catch (RejectedExecutionException e) {
      sessions.release();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
    } finally {
      if (via.isPresent()) {
        via.get().close();
      }
    }
  }
}
