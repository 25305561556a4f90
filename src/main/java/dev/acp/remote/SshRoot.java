package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** A connection that is made anew when it broke, and the way from its login to root. */
final class SshRoot implements AutoCloseable {
  private static final Duration SUDO_LIMIT = Duration.ofSeconds(20);

  private enum Way {
    /** The login's own shell. */
    PLAIN,
    /** sudo that asks for nothing. */
    SUDO,
    /** sudo that reads the password from the first line. */
    SUDO_PASSWORD
  }

  private final NodeName node;
  private final Ssh ssh;
  private final boolean sudo;
  private final Credentials credentials;
  private final HostKeys keys;
  private final ExecutorService threads;
  private volatile SshConnection connection;
  private Way way;
  private AcpException refused;
  private volatile boolean closed;

  /**
   * Connects at the first use.
   *
   * @param sudo false where the login is root's own
   */
  SshRoot(
      NodeName node,
      Ssh ssh,
      boolean sudo,
      Credentials credentials,
      HostKeys keys,
      ExecutorService threads) {
    this.sudo = sudo;
    this.node = node;
    this.ssh = ssh;
    this.credentials = credentials;
    this.keys = keys;
    this.threads = threads;
  }

  /** The live connection; made, or made anew, when there is none. */
  synchronized SshConnection connection() {
    if (refused != null) {
      // A login or a sudo password that was refused once is not tried again in this run.
      throw refused;
    }
    if (closed) {
      throw AcpException.of(FaultCode.INTERNAL, "The connection to " + node + " was closed.");
    }
    if (connection != null && connection.alive()) {
      return connection;
    }
    try {
      drop();
      connection = SshConnection.open(node, ssh, credentials, keys, threads);
      if (closed) {
        drop();
        throw AcpException.of(FaultCode.INTERNAL, "The connection to " + node + " was closed.");
      }
      if (way == null) {
        way = findWay(connection);
      }
      return connection;
    } catch (AcpException e) {
      if (e.fault().code() == FaultCode.LOGIN_REFUSED
          || e.fault().code() == FaultCode.SUDO_REFUSED) {
        refused = e;
      }
      drop();
      throw e;
    }
  }

  /** Runs a framed script as root. */
  int shell(byte[] text, OutputStream out, OutputStream err, Exchange.Limits limits)
      throws IOException {
    SshConnection live = connection();
    String line =
        switch (way()) {
          case PLAIN -> ShellText.SHELL;
          case SUDO -> ShellText.SUDO;
          case SUDO_PASSWORD -> ShellText.SUDO_PASSWORD;
        };
    return live.exec(line, to -> prefixed(to, text), out, err, limits);
  }

  /** Runs a one-line program as root whose standard input continues with data. */
  int stream(byte[] program, Exchange.Source data, OutputStream out, OutputStream err)
      throws IOException {
    return stream(program, data, out, err, Duration.ofSeconds(60));
  }

  int stream(
      byte[] program, Exchange.Source data, OutputStream out, OutputStream err, Duration idle)
      throws IOException {
    SshConnection live = connection();
    String line =
        switch (way()) {
          case PLAIN -> ShellText.STREAM;
          case SUDO -> ShellText.STREAM_SUDO;
          case SUDO_PASSWORD -> ShellText.STREAM_SUDO_PASSWORD;
        };
    return live.exec(
        line,
        to -> {
          prefixed(to, program);
          data.writeTo(to);
        },
        out,
        err,
        Exchange.Limits.idle(idle));
  }

  private synchronized Way way() {
    return way;
  }

  private void prefixed(OutputStream to, byte[] text) throws IOException {
    if (way() == Way.SUDO_PASSWORD) {
      to.write(passwordLine());
    }
    to.write(text);
    to.flush();
  }

  private byte[] passwordLine() {
    return (credentials.becomePassword().orElseThrow().reveal() + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Way findWay(SshConnection live) {
    if (!sudo) {
      return Way.PLAIN;
    }
    Sinks.Tail said = new Sinks.Tail(4096);
    // Nothing on stdin: a shell that starts ends at once with 0, a sudo that asks ends with 1.
    if (sudo(live, ShellText.SUDO_FRESH, new byte[0], said) == 0) {
      return Way.SUDO;
    }
    if (credentials.becomePassword().isEmpty()) {
      throw sudoRefused("sudo asks for a password and none is given", said);
    }
    // Only the password and the end of the input: a second try of sudo finds nothing to read.
    if (sudo(live, ShellText.SUDO_PASSWORD, passwordLine(), said) == 0) {
      return Way.SUDO_PASSWORD;
    }
    throw sudoRefused("sudo did not take the password", said);
  }

  private int sudo(SshConnection live, String line, byte[] input, Sinks.Tail said) {
    try {
      return live.exec(line, to -> to.write(input), said, said, Exchange.Limits.total(SUDO_LIMIT));
    } catch (IOException e) {
      throw new AcpException(
          dev.acp.fault.Fault.of(
                  FaultCode.NODE_UNREACHABLE, "sudo gave no answer: " + e.getMessage() + ".")
              .on(node),
          e);
    }
  }

  private AcpException sudoRefused(String why, Sinks.Tail said) {
    return AcpException.on(
        node,
        FaultCode.SUDO_REFUSED,
        "The login " + ssh.user() + " cannot become root: " + why + ".",
        said.text().lines().filter(l -> !l.isBlank()).toList());
  }

  private void drop() {
    SshConnection old = connection;
    if (old == null) {
      return;
    }
    connection = null;
    try {
      old.close();
    } catch (IOException e) {
      // It was broken or is not wanted any more; nothing depends on a clean farewell.
    }
  }

  /** Does not wait for a thread that is just connecting anew; that one finds it closed. */
  @Override
  public void close() {
    closed = true;
    drop();
  }
}
