package dev.acp.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.event.Event;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import dev.acp.value.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshRemoteTest {
  @TempDir static Path folder;
  private static Sshd sshd;
  private static SshRemote remote;

  @BeforeAll
  static void start() throws Exception {
    sshd = Sshd.start(folder, List.of("ed25519"));
    remote = sshd.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    remote.close();
    sshd.close();
  }

  static Command command(String script, String... args) {
    return new Command("test", script, List.of(args), Duration.ofSeconds(20));
  }

  static void fails(FaultCode code, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void aCommandGivesItsStatusItsOutputAndItsErrors() {
    CommandResult result = remote.query(command("echo out; echo err >&2; exit 3"));
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
  }

  @Test
  void argumentsArriveWhateverTheyHold() {
    String odd = "a'b\"c $HOME `id` \\ \n new line !x";
    CommandResult result = remote.query(command("printf '%s|%s' \"$1\" \"$2\"", odd, ""));
    assertThat(result.out()).isEqualTo(odd + "|");
  }

  @Test
  void theEnvironmentIsFixed() {
    CommandResult result =
        remote.query(command("echo $LC_ALL $HOME; echo $PATH; pwd; umask; set | grep -c ^acp_"));
    assertThat(result.out())
        .startsWith(
            "C /root\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n/\n0022\n0");
  }

  @Test
  void commandsInAScriptCannotEatItAndItIsParsedWhole() {
    assertThat(remote.query(command("cat; cat; head -c 3; echo end")).out()).isEqualTo("end\n");
    CommandResult broken = remote.query(command("echo begun; if true; then echo x"));
    assertThat(broken.ok()).isFalse();
    assertThat(broken.out()).isEmpty();
  }

  @Test
  void largeScriptsAndOutputsPass() {
    String script = "# " + "x".repeat(200_000) + "\nseq 1 200000; seq 1 100000 >&2";
    CommandResult result = remote.query(command(script));
    assertThat(result.out()).hasSize(1_288_895).endsWith("200000\n");
    assertThat(result.err()).hasSize(64 << 10).endsWith("100000\n");
  }

  @Test
  void moreOutputThanAllowedIsAFault() {
    fails(FaultCode.COMMAND_FAILED, () -> remote.query(command("yes | head -c 30000000")));
    assertThat(remote.query(command("echo fine")).out()).isEqualTo("fine\n");
  }

  @Test
  void theTimeLimitEndsItOnTheNodeToo() throws Exception {
    Path mark = folder.resolve("alive");
    Command slow =
        new Command(
            "slow",
            "trap '' HUP; while sleep 0.2; do date > \"$1\"; done",
            List.of(mark.toString()),
            Duration.ofSeconds(1));
    fails(FaultCode.COMMAND_TIMEOUT, () -> remote.query(slow));
    Thread.sleep(500);
    Files.deleteIfExists(mark);
    Thread.sleep(700);
    assertThat(mark).doesNotExist();
  }

  @Test
  void aCommandThatEndsLikeTimeoutBeforeItsTimeIsAResult() {
    assertThat(remote.query(command("exit 124")).exit()).isEqualTo(124);
  }

  @Test
  void aChildThatKeepsTheOutputOpenDoesNotHoldTheCaller() {
    CommandResult result = remote.query(command("(sleep 15 & echo started)"));
    assertThat(result.out()).isEqualTo("started\n");
    assertThat(result.took()).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void manyCommandsRunAtOnceAndNoneMixes() {
    List<CompletableFuture<String>> all =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> remote.query(command("sleep 0.1; echo $1", "n" + i)).out(),
                        task -> new Thread(task).start()))
            .toList();
    List<String> out = new ArrayList<>(all.stream().map(CompletableFuture::join).toList());
    assertThat(out).isEqualTo(IntStream.range(0, 30).mapToObj(i -> "n" + i + "\n").toList());
  }

  @Test
  void everyCommandIsToldAndSecretsAreMasked() {
    Secret secret = Secret.of("hunter2-x");
    sshd.masker.hide(secret);
    CommandResult result =
        remote.query(command("echo got $1; echo \"err $1\" >&2; exit 1", secret.reveal()));
    assertThat(result.out()).contains("hunter2-x");
    assertThat(sshd.events.toString()).doesNotContain("hunter2-x").contains("err ***");
    Event.Ran last = (Event.Ran) sshd.events.get(sshd.events.size() - 1);
    assertThat(last.command()).isEqualTo("test");
    assertThat(last.exit()).isEqualTo(1);
  }

  @Test
  void neitherScriptNorArgumentsAreInAProcessListOrEnvironment() {
    String script =
        "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c"
            + " '[p]lanted-4711' || true; : \"$1\"";
    assertThat(remote.query(command(script, "planted-4711")).out()).isEqualTo("0\n");
  }

  @Test
  void aFileIsFetchedUpToItsCap() throws Exception {
    Path file = Files.writeString(folder.resolve("some file"), "content\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RemotePath path = RemotePath.of(file.toString());
    remote.fetch(path, out, Bytes.of(8));
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("content\n");
    fails(FaultCode.COMMAND_FAILED, () -> remote.fetch(path, out, Bytes.of(7)));
    fails(
        FaultCode.COMMAND_FAILED, () -> remote.fetch(RemotePath.of("/dev/zero"), out, Bytes.of(7)));
    fails(
        FaultCode.COMMAND_FAILED,
        () -> remote.fetch(RemotePath.of("/no/such/file"), out, Bytes.of(7)));
  }
}
