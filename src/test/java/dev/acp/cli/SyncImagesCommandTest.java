package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.RealPrograms;
import dev.acp.bundle.Packages;
import dev.acp.pack.Specs;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.Pem;
import dev.acp.registry.RealRegistry;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person calls it; with a real registry in a network namespace of its own. */
class SyncImagesCommandTest {
  private static final String ADDRESS = "10.0.0.11";

  @TempDir static Path shared;
  private static Path key;
  private static Path bundle;
  @TempDir Path dir;

  private record Ran(int exit, String out, String err) {}

  private static Ran acp(Path home, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Acp.run(
            java.util.Arrays.stream(args).map(Object::toString).toArray(String[]::new),
            new Console(
                new PrintWriter(out),
                new PrintWriter(err),
                Map.of("ACP_HOME", home.toString(), "CI", "1", "HOME", home.toString())));
    return new Ran(exit, out.toString(), err.toString());
  }

  @BeforeAll
  static void unpack() throws IOException {
    Packages keys = new Packages(shared);
    key = keys.publicKey;
    Path spec = Specs.make(shared.resolve("spec"));
    Path file = shared.resolve("p.tar");
    Path home = shared.resolve("home");
    assertThat(acp(home, "package", "build", spec, "-o", file, "--key", keys.secretKey).exit())
        .isZero();
    bundle = shared.resolve("to");
    assertThat(acp(home, "unpack", file, "-C", bundle, "--key", key).exit()).isZero();
  }

  private Path clusterFile(String more) throws IOException {
    return Files.writeString(
        dir.resolve("c.yaml"),
        "apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: global}\nspec:\n"
            + "  ssh: {user: root, keyFile: /k}\n"
            + "  endpoint: {address: 10.0.0.11}\n"
            + "  platform: {address: 10.0.0.11}\n"
            + "  network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}\n"
            + "  nodes:\n    - {addresses: [10.0.0.11], role: control-plane}\n"
            + more);
  }

  private List<Object> command(Object... more) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of("sync-images", "-f", clusterFile(""), "--bundle", bundle, "--key", key));
    args.addAll(List.of(more));
    return args;
  }

  private Ran run(Object... more) throws IOException {
    return acp(dir.resolve("home"), command(more).toArray());
  }

  @Test
  void aClusterThatWasNotSetUpFromHereIsRefused() throws IOException {
    Ran ran = run();
    assertThat(ran.exit()).isEqualTo(6);
    assertThat(ran.err()).contains("was set up from here", "Next: Install the cluster", "home");
    assertThat(dir.resolve("home")).doesNotExist();
  }

  @Test
  void mistakesOfUsageAreTold() throws IOException {
    assertThat(run("--platform", "arm64", "--all-platforms").exit()).isEqualTo(2);
    Ran none = run("--platform", "arm64");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("nothing for the platform linux/arm64; it has linux/amd64");
    Ran external =
        acp(
            dir.resolve("home"),
            "sync-images",
            "-f",
            clusterFile("  registry: {type: external, address: 'registry.example.com:5000'}\n"),
            "--bundle",
            bundle,
            "--key",
            key);
    assertThat(external.exit()).isEqualTo(2);
    assertThat(external.err()).contains("external registry");
  }

  @Test
  void anUntrustedBundleIsRefusedBeforeAnythingElse() throws IOException {
    Path other = Files.createDirectory(dir.resolve("other"));
    Ran ran =
        acp(
            dir.resolve("home"),
            "sync-images",
            "-f",
            clusterFile(""),
            "--bundle",
            bundle,
            "--key",
            new Packages(other).publicKey);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(3);
  }

  private static final String SCRIPT =
      """
      set -eu
      ip link set lo up
      ip addr add 10.0.0.11/32 dev lo
      "$1" serve "$2/config.yml" >"$2/registry.log" 2>&1 &
      registry=$!
      trap 'kill $registry' EXIT
      shift 2
      n=0
      run() {
        n=$((n + 1))
        status=0
        "$@" >"$OUT/$n.out" 2>"$OUT/$n.err" || status=$?
        echo $status >"$OUT/$n.exit"
      }
      i=0
      until grep -q ':2CB3 ' /proc/net/tcp /proc/net/tcp6; do
        i=$((i + 1))
        [ $i -lt 100 ] || exit 9
        sleep 0.1
      done
      run "$@" --dry-run
      run "$@" -o json
      run "$@" -o json
      run "$@" --lang zh
      kill $registry
      trap - EXIT
      wait $registry || true
      run "$@"
      """;

  /** As a setup leaves the installer node, and as it configures the registry. */
  private Path prepared() throws IOException {
    Path home = Files.createDirectories(dir.resolve("home/global"));
    Files.writeString(home.resolve("decisions.json"), "{}");
    ClusterPki pki = RealRegistry.pki(home.resolve("pki"), ADDRESS);
    Path folder = Files.createDirectories(dir.resolve("registry"));
    var server = pki.registryServer(NodeName.of(ADDRESS));
    Files.writeString(folder.resolve("tls.crt"), server.certificatePem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem().reveal());
    Files.writeString(folder.resolve("ca.crt"), Pem.certificate(pki.registryCa()));
    Files.writeString(folder.resolve("config.yml"), RealRegistry.config(folder, ADDRESS, 11443));
    return folder;
  }

  private Ran ran(int number) throws IOException {
    return new Ran(
        Integer.parseInt(Files.readString(dir.resolve(number + ".exit")).strip()),
        Files.readString(dir.resolve(number + ".out")),
        Files.readString(dir.resolve(number + ".err")));
  }

  @Test
  void theImagesArriveOnceAndAreSaidToBeThere() throws Exception {
    Path program = RealPrograms.need("sample", "registry/2.8.2/registry");
    List<String> words = new ArrayList<>(List.of("unshare", "-r", "-n", "sh", "-c", SCRIPT, "sh"));
    words.add(program.toString());
    words.add(prepared().toString());
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.acp.cli.Acp"));
    command().forEach(word -> words.add(word.toString()));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("OUT", dir.toString());
    builder.environment().put("ACP_HOME", dir.resolve("home").toString());
    builder.environment().put("CI", "1");
    Path log = dir.resolve("script.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();

    assertThat(ran(1).exit()).as(ran(1).err()).isZero();
    assertThat(ran(1).out())
        .contains("10.0.0.11        push            platform/pause:3.9  linux/amd64")
        .contains("1 would be pushed", "nothing was sent")
        .contains("No control plane could be asked for the label cpaas.io/node-arch-constraint");
    JsonNode first = new ObjectMapper().readTree(ran(2).out()).path("registries").path(0);
    assertThat(first.path("pushed").asInt()).isEqualTo(1);
    assertThat(first.path("blobsSent").asInt()).isEqualTo(2);
    assertThat(first.path("bytes").asLong()).isGreaterThan(5000);
    assertThat(first.path("images").path(0).path("action").asText()).isEqualTo("push");
    JsonNode top = new ObjectMapper().readTree(ran(3).out());
    JsonNode second = top.path("registries").path(0);
    assertThat(second.path("pushed").asInt()).isZero();
    assertThat(second.path("skipped").asInt()).isEqualTo(1);
    assertThat(second.path("bytes").asLong()).isZero();
    assertThat(top.path("archConstraint").path("known").asBoolean()).isFalse();
    assertThat(ran(4).out()).contains("共 1 个镜像，推送 0 个，已存在 1 个");
    assertThat(ran(5).exit()).isEqualTo(5);
    assertThat(ran(5).err())
        .contains("The registry https://10.0.0.11:11443 does not answer; nothing was sent.")
        .contains("Next: See that the machine is on; look at journalctl -u acp-registry");
  }
}
