package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.event.Background;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.file.Res;
import dev.acp.value.Bytes;
import dev.acp.value.NodeName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A node over SSH (sshj): root's shell there, through sudo where the login is not root's. Safe for
 * use by several threads; at most 8 commands run at once, others wait.
 */
public final class SshRemote implements RemoteWriter, AutoCloseable {
  private static final Bytes MOST_OUTPUT = Bytes.mib(16);
  private static final int STDERR_TAIL = 64 << 10;
  private static final int EVENT_TAIL = 2 << 10;
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(60);

  /**
   * A thread that moves a command's streams waits this long for the next command: there are three a
   * node, and those of 500 nodes would be most of acp's memory.
   */
  private static final Duration THREADS_STAY = Duration.ofSeconds(2);

  private final NodeName node;
  private final SshRoot root;
  private final Masker masker;
  private final Events events;
  private final ExecutorService threads;

  private SshRemote(
      NodeName node, SshRoot root, Masker masker, Events events, ExecutorService threads) {
    this.node = node;
    this.root = root;
    this.masker = masker;
    this.events = events;
    this.threads = threads;
  }

  /**
   * Connects, logs in and becomes root.
   *
   * @throws AcpException NODE_UNREACHABLE, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, LOGIN_REFUSED,
   *     SUDO_REFUSED
   */
  public static SshRemote connect(
      NodeName node,
      Ssh ssh,
      Credentials credentials,
      HostKeys keys,
      Masker masker,
      Events events) {
    ExecutorService threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            THREADS_STAY.toMillis(),
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            task -> Background.daemon("ssh " + node, task));
    boolean sudo = ssh.become() == Ssh.Become.SUDO && !ssh.user().equals("root");
    try {
      SshRoot root = new SshRoot(node, ssh, sudo, credentials, keys, threads);
      root.connection();
      return new SshRemote(node, root, masker, events, threads);
    } catch (RuntimeException e) {
      threads.shutdown();
      throw e;
    }
  }

  @Override
  public CommandResult query(Command command) {
    return run(command, true);
  }

  @Override
  public CommandResult execute(Command command) {
    return run(command, false);
  }

  /** A query may run twice when the connection breaks; anything else only if nothing was sent. */
  private CommandResult run(Command command, boolean again) {
    try {
      return once(command);
    } catch (Lost first) {
      if (first.sent() && !again) {
        throw lost(command.what(), first);
      }
      try {
        return once(command);
      } catch (Lost second) {
        second.addSuppressed(first);
        throw lost(command.what(), second);
      }
    }
  }

  private CommandResult once(Command command) throws Lost {
    String nonce = ShellText.nonce();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Sinks.Tail err = new Sinks.Tail(STDERR_TAIL);
    Sinks.Framed framed = new Sinks.Framed(nonce, new Sinks.Capped(out, MOST_OUTPUT));
    Sinks.Framed framedErr = new Sinks.Framed(nonce, err);
    long start = System.nanoTime();
    int exit;
    try {
      exit =
          root.shell(
              ShellText.framed(nonce, command.text(), command.limit()),
              framed,
              framedErr,
              Exchange.Limits.total(command.limit().plus(GRACE)));
    } catch (Exchange.TimeUp e) {
      throw timeUp(command, started(start), tail(err, out));
    } catch (Lost e) {
      throw e;
    } catch (IOException e) {
      ran(command.what(), -1, started(start), tail(err, out));
      throw failed(command.what() + " printed " + e.getMessage() + ".", tail(err, out), e);
    }
    Duration took = started(start);
    if (!framed.begun()) {
      throw noShell(framed.noise() + framedErr.noise());
    }
    ran(command.what(), exit, took, tail(err, out));
    if ((exit == 124 || exit == 137) && took.compareTo(command.limit()) >= 0) {
      throw timeUp(command, took, tail(err, out));
    }
    return new CommandResult(exit, out.toString(StandardCharsets.UTF_8), err.text(), took);
  }

  @Override
  public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
    String nonce = ShellText.nonce();
    Command command =
        new Command(
            "read " + path,
            Res.text("remote/fetch.sh"),
            List.of(path.text(), Long.toString(atMost.count())),
            Duration.ofHours(6));
    Sinks.Tail err = new Sinks.Tail(STDERR_TAIL);
    Sinks.Framed framed = new Sinks.Framed(nonce, new Sinks.Capped(to, atMost));
    long start = System.nanoTime();
    int exit;
    try {
      exit =
          root.shell(
              ShellText.framed(nonce, command.text(), command.limit()),
              framed,
              new Sinks.Framed(nonce, err),
              Exchange.Limits.idle(IDLE));
    } catch (Lost e) {
      throw lost(command.what(), e);
    } catch (Exchange.TimeUp e) {
      throw timeUp(command, started(start), err.text());
    } catch (IOException e) {
      throw failed(path + " is larger than the " + atMost + " that acp takes.", err.text(), e);
    }
    ran(command.what(), exit, started(start), err.text());
    if (exit == 22) {
      throw failed(path + " is larger than the " + atMost + " that acp takes.", err.text(), null);
    }
    if (exit != 0) {
      throw failed(path + " cannot be read (exit " + exit + ").", err.text(), null);
    }
  }

  @Override
  public void put(Content content, RemotePath path, Progress progress) {
    new SshPut(node, root, masker, events).put(content, path, progress, this::query);
  }

  private static Duration started(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static String tail(Sinks.Tail err, ByteArrayOutputStream out) {
    String text = err.text();
    return text.isBlank() ? out.toString(StandardCharsets.UTF_8) : text;
  }

  private void ran(String what, int exit, Duration took, String output) {
    String masked = masker.mask(output);
    String last = masked.substring(Math.max(0, masked.length() - EVENT_TAIL));
    events.tell(new Event.Ran(node, what, exit, took, last));
  }

  private AcpException timeUp(Command command, Duration took, String output) {
    ran(command.what(), 124, took, output);
    return AcpException.on(
        node,
        FaultCode.COMMAND_TIMEOUT,
        command.what() + " did not end within " + command.limit().toSeconds() + " s.",
        evidence(output));
  }

  private AcpException lost(String what, Lost e) {
    return new AcpException(
        Fault.of(
                FaultCode.CONNECTION_LOST,
                "The SSH connection broke during " + what + ": " + e.getMessage() + ".")
            .on(node),
        e);
  }

  private AcpException failed(String what, String output, Throwable cause) {
    Fault fault = Fault.of(FaultCode.COMMAND_FAILED, what).on(node).withEvidence(evidence(output));
    return cause == null ? new AcpException(fault) : new AcpException(fault, cause);
  }

  private AcpException noShell(String noise) {
    return AcpException.on(
        node,
        FaultCode.LOGIN_REFUSED,
        "The login works, but its shell did not run /bin/sh.",
        evidence(noise));
  }

  private List<String> evidence(String output) {
    return masker.mask(new CommandResult(1, output, "", Duration.ZERO).lastLines(10));
  }

  @Override
  public void close() {
    root.close();
    threads.shutdown();
  }
}
