package dev.acp.remote;

import static dev.acp.remote.SshRemoteTest.command;
import static dev.acp.remote.SshRemoteTest.fails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.FakePrograms;
import dev.acp.FreePort;
import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.fault.FaultCode;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshLoginTest {
  private static final List<String> ED = List.of("ed25519");
  @TempDir Path folder;

  private static String hello(SshRemote remote) {
    try (remote) {
      return remote.query(command("echo hello")).out();
    }
  }

  @ParameterizedTest
  @CsvSource({"ed25519,", "rsa,", "ecdsa,", "ed25519,phrase", "ecdsa,phrase", "rsa,phrase"})
  void logsInWithAKey(String type, String passphrase) throws Exception {
    try (Sshd sshd = Sshd.start(folder, ED)) {
      String phrase = passphrase == null ? "" : passphrase;
      Path key = Sshd.keygen(folder.resolve("key"), type, phrase);
      sshd.authorize(key);
      Credentials credentials =
          new Credentials(
              Optional.ofNullable(passphrase).map(Secret::of), Optional.empty(), Optional.empty());
      assertThat(hello(sshd.connect(sshd.ssh(key), credentials, true))).isEqualTo("hello\n");
    }
  }

  @Test
  void aWrongKeyAWrongPassphraseAndNoKeyAreRefused() throws Exception {
    try (Sshd sshd = Sshd.start(folder, ED)) {
      Path wrong = Sshd.keygen(folder.resolve("wrong"), "ed25519", "");
      Path locked = Sshd.keygen(folder.resolve("locked"), "ed25519", "phrase");
      Path junk = Files.writeString(folder.resolve("junk"), "no key\n");
      for (Path key : List.of(wrong, locked, junk)) {
        fails(FaultCode.LOGIN_REFUSED, () -> sshd.connect(sshd.ssh(key), Credentials.none(), true));
      }
      fails(
          FaultCode.FILE_UNREADABLE,
          () -> sshd.connect(sshd.ssh(folder.resolve("none")), Credentials.none(), true));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa", "ecdsa"})
  void aHostKeyIsRefusedThenAcceptedThenKnownThenChanged(String type) throws Exception {
    try (Sshd sshd = Sshd.start(folder, List.of(type))) {
      Ssh ssh = sshd.ssh(sshd.key());
      fails(FaultCode.HOST_KEY_UNKNOWN, () -> sshd.connect(ssh, Credentials.none(), false));
      assertThat(sshd.knownHosts()).doesNotExist();
      hello(sshd.connect(ssh, Credentials.none(), true));
      assertThat(hello(sshd.connect(ssh, Credentials.none(), false))).isEqualTo("hello\n");
      Path other = Sshd.keygen(folder.resolve("other"), type, "");
      String[] words = Files.readString(Path.of(other + ".pub")).split(" ", -1);
      Files.writeString(
          sshd.knownHosts(), "[127.0.0.1]:" + sshd.port + " " + words[0] + " " + words[1] + "\n");
      fails(FaultCode.HOST_KEY_CHANGED, () -> sshd.connect(ssh, Credentials.none(), true));
    }
  }

  @Test
  void aKeyOfAnotherTypeThanTheKnownOneIsAChangedKey() throws Exception {
    try (Sshd sshd = Sshd.start(folder, List.of("rsa"))) {
      Path other = Sshd.keygen(folder.resolve("other"), "ed25519", "");
      String[] words = Files.readString(Path.of(other + ".pub")).split(" ", -1);
      Files.writeString(
          sshd.knownHosts(), "[127.0.0.1]:" + sshd.port + " " + words[0] + " " + words[1] + "\n");
      fails(
          FaultCode.HOST_KEY_CHANGED,
          () -> sshd.connect(sshd.ssh(sshd.key()), Credentials.none(), true));
    }
  }

  @Test
  void aServerWithSeveralKeysShowsTheKnownOne() throws Exception {
    try (Sshd sshd = Sshd.start(folder, List.of("ed25519", "ecdsa", "rsa"))) {
      for (String type : List.of("rsa", "ecdsa", "ed25519")) {
        String[] words = Files.readString(folder.resolve("host_" + type + ".pub")).split(" ", -1);
        Files.writeString(
            sshd.knownHosts(), "[127.0.0.1]:" + sshd.port + " " + words[0] + " " + words[1] + "\n");
        assertThat(hello(sshd.connect(sshd.ssh(sshd.key()), Credentials.none(), false)))
            .isEqualTo("hello\n");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo welcome; echo hi >&2; eval \"$SSH_ORIGINAL_COMMAND\"",
        "exec csh -c \"$SSH_ORIGINAL_COMMAND\"",
        "exec busybox sh -c \"$SSH_ORIGINAL_COMMAND\""
      })
  void whateverTheLoginShellDoesOnlyTheScriptIsSeen(String command) throws Exception {
    try (Sshd sshd = Sshd.start(folder, ED, "ForceCommand " + command, "Banner /etc/hostname")) {
      try (SshRemote remote = sshd.connect()) {
        CommandResult result = remote.query(command("printf '%s!' \"$@\"; echo e >&2", "a", "b'"));
        assertThat(result.out()).isEqualTo("a!b'!");
        assertThat(result.err()).isEqualTo("e\n");
        Path file = folder.resolve("deep/er/file");
        remote.put(
            dev.acp.file.Content.ofText("back\\slash 'quoted'\n"),
            RemotePath.of(file.toString()),
            dev.acp.event.Progress.none());
        assertThat(file).hasContent("back\\slash 'quoted'\n");
      }
    }
  }

  @Test
  void aLoginThatRunsNoShellIsSaidSo() throws Exception {
    try (Sshd sshd = Sshd.start(folder, ED, "ForceCommand echo no shell here; exit 1")) {
      try (SshRemote remote = sshd.connect()) {
        fails(FaultCode.LOGIN_REFUSED, () -> remote.query(command("true")));
      }
    }
  }

  @Test
  void nobodyThereAndAServerThatSaysNothingAreUnreachable() throws Exception {
    Sshd gone;
    try (Sshd sshd = Sshd.start(folder, ED)) {
      gone = sshd;
    }
    fails(FaultCode.NODE_UNREACHABLE, gone::connect);
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Ssh ssh =
          new Ssh(
              "root",
              "127.0.0.1",
              silent.getLocalPort(),
              Optional.of(gone.key()),
              Optional.empty(),
              Optional.empty(),
              Ssh.Become.NONE,
              Optional.empty());
      long start = System.nanoTime();
      fails(FaultCode.NODE_UNREACHABLE, () -> gone.connect(ssh, Credentials.none(), true));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  @Test
  void aQueryRunsAgainOnANewConnectionButAnExecuteDoesNot() throws Exception {
    try (Sshd sshd = Sshd.start(folder, ED);
        SshRemote remote = sshd.connect()) {
      // Ends the session's own sshd: the connection breaks in the middle of the command.
      String breaking =
          "if mkdir \"$1\" 2>/dev/null; then p=$(ps -o ppid= -p $PPID); p=$(ps -o ppid= -p $p);"
              + " for i in 1 2 3; do case $(ps -o comm= -p $p) in sshd) kill -9 $p; break ;; esac;"
              + " p=$(ps -o ppid= -p $p); done; sleep 5; fi; echo second";
      assertThat(remote.query(command(breaking, folder + "/q")).out()).isEqualTo("second\n");
      fails(FaultCode.CONNECTION_LOST, () -> remote.execute(command(breaking, folder + "/e")));
      assertThat(remote.execute(command("echo again")).out()).isEqualTo("again\n");
    }
  }

  @Test
  void sudoWithoutAPasswordWithOneAndWithAWrongOne() throws Exception {
    Path tries = folder.resolve("tries");
    fakeSudo(tries);
    try (Sshd sshd =
        Sshd.start(
            folder,
            ED,
            "ForceCommand PATH="
                + folder
                + ":$PATH; export PATH; eval \"$SSH_ORIGINAL_COMMAND\"")) {
      String me = System.getProperty("user.name");
      Ssh ssh = sshd.sudo(me);
      SshRoot root = root(ssh, Sshd.sudoPassword("right"), sshd);
      assertThat(root.connection().alive()).isTrue();
      root.close();
      assertThat(Files.readString(tries)).isEqualTo("right\n");
      fails(FaultCode.SUDO_REFUSED, () -> root(ssh, Sshd.sudoPassword("wrong"), sshd).connection());
      assertThat(Files.readString(tries)).isEqualTo("right\nwrong\n");
      fails(FaultCode.SUDO_REFUSED, () -> root(ssh, Credentials.none(), sshd).connection());
      SshRoot refused = root(ssh, Sshd.sudoPassword("wrong"), sshd);
      fails(FaultCode.SUDO_REFUSED, refused::connection);
      fails(FaultCode.SUDO_REFUSED, refused::connection);
      assertThat(Files.readString(tries)).isEqualTo("right\nwrong\nwrong\n");
      Files.writeString(folder.resolve("nopasswd"), "");
      try (SshRoot free = root(ssh, Credentials.none(), sshd)) {
        assertThat(free.connection().alive()).isTrue();
      }
    }
  }

  @Test
  void goesThroughAHostInBetweenAndThroughAProxy() throws Exception {
    Path there = java.nio.file.Files.createDirectory(folder.resolve("there"));
    Path between = java.nio.file.Files.createDirectory(folder.resolve("between"));
    int proxyPort = FreePort.find();
    try (Sshd target = Sshd.start(there, ED);
        Sshd jump = Sshd.start(between, ED)) {
      jump.authorize(target.key());
      Ssh direct = target.ssh(target.key());
      Ssh jumping = way(direct, Optional.of(jump.port), Optional.empty());
      fails(FaultCode.HOST_KEY_UNKNOWN, () -> target.connect(jumping, Credentials.none(), false));
      assertThat(hello(target.connect(jumping, Credentials.none(), true))).isEqualTo("hello\n");
      assertThat(Files.readAllLines(target.knownHosts())).hasSize(2);
      Process proxy =
          new ProcessBuilder(
                  "ssh",
                  "-q",
                  "-N",
                  "-D",
                  "127.0.0.1:" + proxyPort,
                  "-p",
                  "" + jump.port,
                  "-o",
                  "StrictHostKeyChecking=no",
                  "-o",
                  "UserKnownHostsFile=/dev/null",
                  "-o",
                  "IdentitiesOnly=yes",
                  "-i",
                  target.key().toString(),
                  "127.0.0.1")
              .start();
      try {
        Sshd.waitFor(proxyPort);
        Ssh proxied = way(direct, Optional.empty(), Optional.of(proxyPort));
        assertThat(hello(target.connect(proxied, Credentials.none(), false))).isEqualTo("hello\n");
      } finally {
        proxy.destroy();
      }
      fails(
          FaultCode.NODE_UNREACHABLE,
          () ->
              target.connect(
                  way(direct, Optional.empty(), Optional.of(1)), Credentials.none(), false));
    }
  }

  private static Ssh way(Ssh ssh, Optional<Integer> jump, Optional<Integer> socks5) {
    return new Ssh(
        ssh.user(),
        ssh.address(),
        ssh.port(),
        ssh.keyFile(),
        Optional.empty(),
        Optional.empty(),
        Ssh.Become.NONE,
        Optional.empty(),
        jump.map(p -> new Ssh.Jump(Optional.empty(), new Ssh.HostPort("127.0.0.1", p))),
        socks5.map(p -> new Ssh.HostPort("127.0.0.1", p)));
  }

  private static SshRoot root(Ssh ssh, Credentials credentials, Sshd sshd) {
    return new SshRoot(
        dev.acp.value.NodeName.of("n1"),
        ssh,
        true,
        credentials,
        HostKeys.in(sshd.knownHosts(), true),
        java.util.concurrent.Executors.newCachedThreadPool());
  }

  /** Reads a password as sudo does: up to three lines, each a try. */
  private void fakeSudo(Path tries) throws IOException {
    FakePrograms.write(
        folder,
        "sudo",
        """
            ask=yes
            while :; do
              case $1 in
                -n) ask=no; shift ;;
                -k|-S) shift ;;
                -p) shift 2 ;;
                *) break ;;
              esac
            done
            [ -e FOLDER/nopasswd ] && exec "$@"
            [ $ask = yes ] || { echo "sudo: a password is required" >&2; exit 1; }
            for i in 1 2 3; do
              IFS= read -r line || { echo "sudo: no password was provided" >&2; exit 1; }
              echo "$line" >>TRIES
              [ "$line" = right ] && exec "$@"
              echo "Sorry, try again." >&2
            done
            exit 1
            """
            .replace("TRIES", tries.toString())
            .replace("FOLDER", folder.toString()));
  }
}
