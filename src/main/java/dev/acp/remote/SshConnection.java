package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
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
  private final Executor threads;
  private final Semaphore sessions = new Semaphore(SESSIONS);
  private volatile boolean broken;

  private SshConnection(SSHClient client, Executor threads) {
    this.client = client;
    this.threads = threads;
  }

  static SshConnection open(
      NodeName node, Ssh ssh, Credentials credentials, HostKeys keys, Executor threads) {
    String where = ssh.address() + " port " + ssh.port();
    SSHClient client = new SSHClient(SshAlgorithms.config(keys.types(ssh.address(), ssh.port())));
    client.setSocketFactory(new NoDelay());
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
      client.connect(ssh.address(), ssh.port());
      SshLogin.login(client, node, ssh, credentials);
    } catch (IOException | RuntimeException e) {
      closeQuietly(client, e);
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
    return new SshConnection(client, threads);
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
    client.close();
  }

  /** Without TCP_NODELAY each command costs 44 ms (measured: delayed acknowledgements). */
  private static final class NoDelay extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException();
    }
  }

  /** Asks {@link HostKeys}, and remembers why it said no: sshj only takes yes or no. */
  private static final class KeyGuard implements HostKeyVerifier {
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
}
