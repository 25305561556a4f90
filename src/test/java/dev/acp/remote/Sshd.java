package dev.acp.remote;

import dev.acp.FreePort;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real sshd on a loopback port, with keys and configuration of its own in a folder. */
public final class Sshd implements AutoCloseable {
  public final Path folder;
  public final int port;
  public final List<Event> events = new CopyOnWriteArrayList<>();
  public final Masker masker = new Masker();
  private final Process process;

  private Sshd(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Starts it with the host key types and further lines of sshd_config. */
  public static Sshd start(Path folder, List<String> hostKeys, String... more) throws Exception {
    List<String> lines = new ArrayList<>();
    int port = FreePort.find();
    lines.add("Port " + port);
    lines.add("ListenAddress 127.0.0.1");
    lines.add("PidFile none");
    lines.add("StrictModes no");
    lines.add("UsePAM no");
    lines.add("UseDNS no");
    lines.add("PasswordAuthentication no");
    lines.add("KbdInteractiveAuthentication no");
    lines.add("PermitRootLogin yes");
    lines.add("MaxStartups 200");
    lines.add("AuthorizedKeysFile " + folder.resolve("authorized_keys"));
    for (String type : hostKeys) {
      lines.add("HostKey " + keygen(folder.resolve("host_" + type), type, ""));
    }
    lines.addAll(List.of(more));
    Path config = Files.write(folder.resolve("sshd_config"), lines);
    Path known = folder.resolve("authorized_keys");
    if (!Files.exists(known)) {
      keygen(folder.resolve("id_ed25519"), "ed25519", "");
      Files.copy(folder.resolve("id_ed25519.pub"), known);
    }
    Files.createDirectories(Path.of("/run/sshd"));
    Process process =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    waitFor(port);
    return new Sshd(folder, port, process);
  }

  static void waitFor(int port) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(25);
      }
    }
    throw new IOException("sshd did not start");
  }

  /** Makes a key pair and gives its file. */
  public static Path keygen(Path file, String type, String passphrase) throws Exception {
    if (!Files.exists(file)) {
      Process made =
          new ProcessBuilder(
                  "ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString())
              .inheritIO()
              .start();
      if (made.waitFor() != 0) {
        throw new IOException("ssh-keygen failed");
      }
    }
    return file;
  }

  public void authorize(Path key) throws IOException {
    Path all = folder.resolve("authorized_keys");
    Files.writeString(all, Files.readString(all) + Files.readString(Path.of(key + ".pub")));
  }

  public Path key() {
    return folder.resolve("id_ed25519");
  }

  public Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  public Ssh ssh(Path key) {
    return new Ssh(
        System.getProperty("user.name"),
        "127.0.0.1",
        port,
        Optional.of(key),
        Optional.empty(),
        Optional.empty(),
        Ssh.Become.NONE,
        Optional.empty());
  }

  /** With sudo as the way to root; the login's name is one that is not root's. */
  public Ssh sudo(String user) {
    return new Ssh(
        user,
        "127.0.0.1",
        port,
        Optional.of(key()),
        Optional.empty(),
        Optional.empty(),
        Ssh.Become.SUDO,
        Optional.empty());
  }

  public SshRemote connect() {
    return connect(ssh(key()), Credentials.none(), true);
  }

  public SshRemote connect(Ssh ssh, Credentials credentials, boolean acceptNew) {
    Events tell = events::add;
    return SshRemote.connect(
        NodeName.of("n1"), ssh, credentials, HostKeys.in(knownHosts(), acceptNew), masker, tell);
  }

  public static Credentials sudoPassword(String password) {
    return new Credentials(Optional.empty(), Optional.empty(), Optional.of(Secret.of(password)));
  }

  public static Secrets noSecrets() {
    return new Secrets(Map.of(), what -> Optional.empty(), new Masker());
  }

  public String log() throws IOException {
    return Files.readString(folder.resolve("sshd.log"));
  }

  /** Ends the sessions too: their processes are children of the listener's. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    process.onExit().join();
  }
}
