package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.bundle.Packages;
import dev.acp.operation.Setup;
import dev.acp.pack.Specs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a command before a node is touched, and with which code. */
@SuppressWarnings("StringConcatToTextBlock") // lines count here
class ExitCodesTest {
  @TempDir static Path shared;
  @TempDir Path dir;
  private static Path key;
  private static Path bundle;

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

  private Ran acp(Object... args) {
    return acp(dir.resolve("home"), args);
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
    assertThat(acp(home, "unpack", file, "-C", shared.resolve("to"), "--key", key).exit()).isZero();
    bundle = shared.resolve("to");
  }

  private static String cluster(String spec) {
    return "apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: global}\nspec:\n"
        + "  ssh: {user: root, keyFile: /k}\n"
        + spec;
  }

  private static final String ONE =
      "  endpoint: {address: 10.0.0.11}\n"
          + "  platform: {address: 10.0.0.11}\n"
          + "  network: {mode: hostgw, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}\n"
          + "  nodes:\n    - {addresses: [10.0.0.11], role: control-plane}\n";

  private Path write(String text) throws IOException {
    return Files.writeString(dir.resolve("c.yaml"), text);
  }

  private Ran setup(String text) throws IOException {
    return acp("setup", "-f", write(text), "--bundle", bundle, "--key", key);
  }

  /** Exit code 2, in words, and nothing was begun: no folder, no log, no lock. */
  private void refused(Ran ran, String... words) {
    assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(words).doesNotContain("Exception");
    assertThat(ran.out()).isEmpty();
    assertThat(dir.resolve("home")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check-nodes",
        "init-nodes",
        "setup",
        "status",
        "reset",
        "verify-package",
        "unpack",
        "package build",
        "package sign",
        "package inspect",
        "version",
        "package"
      })
  void anUnknownOptionIsAMistakeOfUsage(String command) {
    List<Object> args = new java.util.ArrayList<>(List.of((Object[]) command.split(" ", -1)));
    args.add("--nonsense");
    refused(acp(args.toArray()), "--nonsense", "Next: acp " + command + " --help");
  }

  @Test
  void anUnknownCommandOrNoneIsAMistakeOfUsage() {
    refused(acp("instal"), "instal");
    refused(acp(), "Which command?");
    refused(acp("setup", "--lang", "xx"), "xx");
    refused(acp("status", "-o", "xml"), "xml");
    refused(acp("status", "--watch", "-o", "json"), "one document");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check-nodes", "init-nodes", "status", "reset"})
  void aMissingClusterFileIsAMistakeOfUsage(String command) {
    refused(acp(command), "-f CLUSTER is missing", "--help");
  }

  @Test
  void setupSaysWhichOfBundleAndClusterFileIsMissing() throws IOException {
    refused(acp("setup", "-f", write(cluster(ONE))), "--bundle DIR is missing");
    refused(acp("setup", "--bundle", bundle, "--key", key), "-f CLUSTER is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check-nodes", "init-nodes", "status", "reset"})
  void aClusterFileThatCannotBeReadIsToldWithItsPath(String command) throws IOException {
    Path absent = dir.resolve("absent.yaml");
    refused(acp(command, "-f", absent), absent.toString());
    refused(acp(command, "-f", dir), dir.toString());
    refused(acp(command, "-f", write("spec: [\n")), "c.yaml:");
  }

  @Test
  void everyMistakeOfAClusterFileIsToldWithItsLine() throws IOException {
    refused(
        setup(
            cluster(ONE).replace("podCidr: [10.3.0.0/16]", "podCidr: [10.4.0.0/16]") + "  x: 1\n"),
        "c.yaml:8",
        "c.yaml:11",
        "No node was touched.");
  }

  @Test
  void aLineThatNamesItsCommandMakesThatOneAlone() {
    for (Class<?> command : Commands.ALL) {
      assertThat(Commands.name(command))
          .isEqualTo(command.getAnnotation(picocli.CommandLine.Command.class).name());
    }
    assertThat(Commands.neededBy(new String[] {"verify-package", "x"}))
        .isEqualTo(List.of(VerifyPackageCommand.class));
    assertThat(Commands.neededBy(new String[] {"help", "setup"})).isEqualTo(Commands.ALL);
    assertThat(Commands.neededBy(new String[] {"--lang", "zh", "setup"})).isEqualTo(Commands.ALL);
    assertThat(Commands.neededBy(new String[] {"stup"})).isEqualTo(Commands.ALL);
    assertThat(Commands.neededBy(new String[0])).isEqualTo(Commands.ALL);
    assertThat(acp("stup").err()).contains("setup");
  }

  @Test
  void theStagesAreListedWithoutClusterOrBundle() {
    Ran ran = acp("setup", "--list-stages");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out().lines().map(l -> l.split(" ", -1)[0]).toList())
        .isEqualTo(Setup.plan().stages().stream().map(s -> s.id().text()).toList());
    assertThat(acp("setup", "--list-stages", "--from", "workers", "--until", "add-ons").out())
        .hasLineCount(2);
    assertThat(acp("setup", "--list-stages", "--lang", "zh").out()).contains("容器运行时");
    Ran planned = acp("setup", "--list-stages", "-f", "samples/clusters/single-node.yaml");
    assertThat(planned.out())
        .startsWith(
            "Cluster global: Kubernetes -, network kube-ovn (ipv4), endpoint 10.0.0.11:6443\n")
        .contains("control planes: 10.0.0.11\n", "  workers: -\n", "container-runtime");
    assertThat(acp("setup", "--list-stages", "-f", "no-such.yaml").exit()).isEqualTo(2);
    refused(acp("setup", "--list-stages", "--from", "wrkers"), "no stage wrkers", "workers");
    refused(acp("setup", "--from", "verify", "--until", "network"), "comes after");
  }

  @Test
  void setupRefusesWhatItCannotInstallYetBeforeAnyNodeIsTouched() throws IOException {
    refused(
        setup(
            cluster(
                ONE.replace("10.3.0.0/16", "fd00:10:3::/48")
                        .replace("10.4.0.0/16", "fd00:10:4::/112")
                        .replace("podCidr", "ipFamily: ipv6, podCidr")
                        .replace("10.0.0.11", "fd00::11")
                        .replace(
                            "address: fd00::11}\n  network", "address: acp.example.com}\n  network")
                        .replace("[fd00::11]", "['fd00::11']")
                        .replace("{address: fd00::11}", "{address: 'fd00::11'}")
                    + "  nodeName: hostname\n")),
        "spec.network.ipFamily ipv6 with the network mode",
        "ipv4");
  }
}
