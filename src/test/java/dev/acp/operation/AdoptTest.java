package dev.acp.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Flags;
import dev.acp.cluster.InstallerFiles;
import dev.acp.cluster.ResolvedFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Node;
import dev.acp.pki.ClusterPki;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.Remote;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.ClusterId;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies on fake nodes, whose files are maps. */
class AdoptTest {
  private static final ClusterId ID = new ClusterId("6f1ed002-ab5d-4a2c-9f0e-1b8a3a6c1d11");
  private static final ClusterId OTHER = new ClusterId("00000000-ab5d-4a2c-9f0e-1b8a3a6c1d11");
  private static final Version VERSION = Version.of("v1.20.2");
  private static final String CA = "/etc/kubernetes/pki/ca.crt";

  @TempDir Path dir;
  private final Map<String, Map<String, byte[]>> disks = new LinkedHashMap<>();
  private final ClusterSpec spec = spec("10.3.0.0/16");
  private ClusterHome home;

  private static ClusterSpec spec(String pods) {
    return Clusters.whole(
        """
        apiVersion: acp.dev/v1
        kind: GlobalCluster
        metadata: {name: global}
        spec:
          endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
          network: {podCidr: [%s]}
          nodes:
            - {addresses: [10.0.0.11], role: control-plane}
            - {addresses: [10.0.0.12], role: control-plane}
            - {addresses: [10.0.0.13], role: control-plane}
        """
            .formatted(pods),
        Flags.none(),
        Optional.empty());
  }

  private ClusterPki pki(Path folder) {
    Map<NodeName, List<IpAddress>> planes = new LinkedHashMap<>();
    spec.controlPlanes().forEach(n -> planes.put(n.name(), n.addresses()));
    try {
      return ClusterPki.loadOrCreate(
          folder,
          Clock.systemUTC(),
          new SecureRandom(),
          new ClusterPki.Wanted(planes, List.of("registry.acp.internal", "10.0.0.100")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two control planes that hold what a setup left on them. */
  @BeforeEach
  void install() throws IOException {
    home = new ClusterHome(Files.createDirectories(dir.resolve("home/global")));
    ClusterPki pki = pki(dir.resolve("made"));
    Map<String, byte[]> files = new HashMap<>();
    pki.installerFiles()
        .forEach(f -> files.put(copied("pki/" + f.name()), bytes(f.content().reveal())));
    ClusterSpec whole = spec.withKubernetesVersion(VERSION);
    files.put(copied(InstallerFiles.CLUSTER), bytes(ResolvedFile.write(whole)));
    files.put(copied(InstallerFiles.DECISIONS), bytes(decisions(ID).text().reveal()));
    files.put(CA, files.get(copied("pki/ca.crt")));
    disks.put("10.0.0.11", new HashMap<>(files));
    disks.put("10.0.0.12", new HashMap<>(files));
  }

  private static Decisions decisions(ClusterId id) {
    return Decisions.begin(
        id, VERSION, NodeName.of("10.0.0.11"), Map.of("registry-http", Secret.of("xyz")));
  }

  private static String copied(String name) {
    return InstallerFiles.FOLDER + "/" + name;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Node node(String name) {
    return new Node(
        spec.node(NodeName.of(name)),
        new Remote() {
          @Override
          public CommandResult query(Command command) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
            byte[] content = disks.get(name).get(path.text());
            if (content == null) {
              throw AcpException.of(FaultCode.COMMAND_FAILED, "there is no file " + path);
            }
            try {
              to.write(content);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  private Adopt adopt(ClusterId... owners) {
    Map<NodeName, Optional<ClusterId>> all = new LinkedHashMap<>();
    for (int i = 0; i < owners.length; i++) {
      all.put(NodeName.of("10.0.0.1" + (i + 1)), Optional.of(owners[i]));
    }
    return new Adopt(all, this::pki);
  }

  private Adopt.Adopted run(ClusterSpec wanted, Optional<NodeName> from) throws IOException {
    return adopt(ID, ID).run(wanted, disks.keySet().stream().map(this::node).toList(), from, home);
  }

  private FaultCode refused(ClusterSpec wanted) {
    AcpException e = catchThrowableOfType(AcpException.class, () -> run(wanted, Optional.empty()));
    assertThat(home.decisions()).doesNotExist();
    return e.fault().code();
  }

  @Test
  void everythingComesBackAsItWas() throws IOException {
    assertThat(run(spec, Optional.empty()).cluster()).isEqualTo(ID);
    assertThat(Decisions.find(home.folder()).orElseThrow()).isEqualTo(decisions(ID));
    assertThat(pki(home.pki()).installerFiles())
        .isEqualTo(pki(dir.resolve("made")).installerFiles());
    assertThat(Files.readString(home.resolvedFile()))
        .isEqualTo(ResolvedFile.write(spec.withKubernetesVersion(VERSION)));
    assertThat(home.folder().resolve("adopting")).doesNotExist();
    // cut off before its end and run again
    Files.delete(home.decisions());
    run(spec, Optional.empty());
    assertThat(Decisions.find(home.folder())).isPresent();
  }

  @Test
  void copiesThatDifferAreNotChosenByGuess() throws IOException {
    disks
        .get("10.0.0.12")
        .put(
            copied(InstallerFiles.CLUSTER),
            bytes(ResolvedFile.write(spec.withKubernetesVersion(VERSION)) + "# newer\n"));
    assertThat(refused(spec)).isEqualTo(FaultCode.NOT_ADOPTABLE);
    assertThat(run(spec, Optional.of(NodeName.of("10.0.0.12"))).from())
        .isEqualTo(NodeName.of("10.0.0.12"));
  }

  @Test
  void aHalfCopyAndOneOfAnotherClusterCountForNothing() throws IOException {
    disks.get("10.0.0.11").remove(copied(InstallerFiles.DECISIONS));
    assertThat(run(spec, Optional.empty()).from()).isEqualTo(NodeName.of("10.0.0.12"));
    Files.delete(home.decisions());
    disks
        .get("10.0.0.12")
        .put(copied(InstallerFiles.DECISIONS), bytes(decisions(OTHER).text().reveal()));
    assertThat(refused(spec)).isEqualTo(FaultCode.NOT_ADOPTABLE);
  }

  @Test
  void aDamagedCopyIsRefused() {
    for (Map<String, byte[]> disk : disks.values()) {
      disk.put(copied("pki/etcd/ca.key"), disk.get(copied("pki/ca.key")));
    }
    assertThat(refused(spec)).isEqualTo(FaultCode.FILE_UNREADABLE);
    for (Map<String, byte[]> disk : disks.values()) {
      disk.put(copied(InstallerFiles.DECISIONS), bytes("{\"format\": 1}"));
    }
    assertThat(refused(spec)).isEqualTo(FaultCode.FILE_UNREADABLE);
  }

  @Test
  void theCopyMustBeOfTheAuthorityThatTheClusterRunsBy() {
    disks.values().forEach(disk -> disk.put(CA, bytes("another")));
    assertThat(refused(spec)).isEqualTo(FaultCode.NOT_ADOPTABLE);
  }

  @Test
  void anotherClusterFileIsRefusedWithWhatDiffers() {
    AcpException e =
        catchThrowableOfType(AcpException.class, () -> run(spec("10.9.0.0/16"), Optional.empty()));
    assertThat(e.fault().code()).isEqualTo(FaultCode.INPUT_CHANGED);
    assertThat(e.fault().evidence())
        .containsExactly("spec.network.podCidr: was [10.3.0.0/16], is now [10.9.0.0/16]");
  }

  @Test
  void nodesOfTwoClustersAndOfNoneAreRefused() {
    assertThat(
            catchThrowableOfType(AcpException.class, () -> adopt(ID, OTHER).cluster())
                .fault()
                .code())
        .isEqualTo(FaultCode.FOREIGN_CLUSTER);
    assertThat(catchThrowableOfType(AcpException.class, () -> adopt().cluster()).fault().code())
        .isEqualTo(FaultCode.NOT_ADOPTABLE);
  }
}
