package dev.acp.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.GoldenFile;
import dev.acp.file.Res;
import dev.acp.value.Login;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerdConfigTest {
  static ContainerdInput input(String version) {
    return input(version, false);
  }

  private static ContainerdInput input(String version, boolean v6First) {
    return new ContainerdInput(
        Version.of(version),
        "/var/lib/containerd",
        "registry.acp.internal:11443/platform/pause:3.9",
        "systemd",
        false,
        "registry.acp.internal:11443",
        List.of("https://10.0.0.11:11443", "https://[fd00::100]:11443", "https://10.0.0.12:11443"),
        true,
        true,
        v6First,
        Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.4.13", "v1.6.20", "v1.7.24", "v2.0.5", "v2.1.1"})
  void eachVersionsConfigurationIsAsRecorded(String version) throws IOException {
    ContainerdInput in = input(version);
    GoldenFile.check("containerd/" + version + "-config.toml", ContainerdConfig.toml(in));
    if (ContainerdConfig.hostsFile(in).isPresent()) {
      GoldenFile.check("containerd/" + version + "-hosts.toml", ContainerdConfig.hosts(in));
    }
  }

  static ContainerdInput external(String version, boolean caKnown) {
    return new ContainerdInput(
        Version.of(version),
        "/var/lib/containerd",
        "r.example.com:5000/platform/pause:3.9",
        "systemd",
        false,
        "r.example.com:5000",
        List.of("https://r.example.com:5000"),
        false,
        caKnown,
        false,
        Optional.of(new Login("acp", Secret.of("a\"b\\c"))));
  }

  /** scripts/test-containerd.sh lets a containerd of each version pull with exactly these. */
  @ParameterizedTest
  @ValueSource(strings = {"v1.4.13", "v1.6.20", "v1.7.24", "v2.1.1"})
  void anExternalRegistryWithAUserIsAsRecorded(String version) throws IOException {
    ContainerdInput in = external(version, true);
    GoldenFile.check("containerd/external-" + version + "-config.toml", ContainerdConfig.toml(in));
    if (ContainerdConfig.hostsFile(in).isPresent()) {
      GoldenFile.check(
          "containerd/external-" + version + "-hosts.toml", ContainerdConfig.hosts(in));
    }
  }

  @Test
  void aLoginStandsInOneFormOnlyWhereTheOtherIsReadNoMore() {
    ContainerdInput in = external("v2.3.0", true);
    assertThat(ContainerdConfig.toml(in)).doesNotContain("auth", "password");
    assertThat(ContainerdConfig.hosts(in))
        .contains("header = {Authorization = \"Basic YWNwOmEiYlxj\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.4.13", "v1.6.20", "v2.1.1"})
  void nothingOfTheLabAndNoPublicRegistryIsAmongTheDefaults(String version) {
    ContainerdInput in = input(version);
    assertThat(ContainerdConfig.toml(in) + ContainerdConfig.hosts(in))
        .contains("SystemdCgroup = true")
        .doesNotContain("restrict_oom_score_adj", "skip_verify", "k8s.io", "docker.io", "gcr");
  }

  @Test
  void mirrorsStandBesideAConfigPathInNoVersion() {
    assertThat(ContainerdConfig.toml(input("v1.4.13")))
        .contains("registry.mirrors.")
        .doesNotContain("config_path");
    assertThat(ContainerdConfig.hostsFile(input("v1.4.13"))).isEmpty();
    assertThat(ContainerdConfig.toml(input("v1.5.0")))
        .contains("config_path")
        .doesNotContain("mirrors", "configs");
  }

  /** ip_pref came with 1.6; before, the kubelet has to sort a pod's addresses. */
  @ParameterizedTest
  @CsvSource({"v1.4.13, false", "v1.6.20, true", "v1.7.24, true", "v2.1.1, true"})
  void whereIPv6IsTheFirstFamilySoItIsOfPods(String version, boolean known) {
    assertThat(ContainerdConfig.toml(input(version, true)).contains("\nip_pref = \"ipv6\"\n"))
        .isEqualTo(known);
    assertThat(ContainerdConfig.toml(input(version, false))).doesNotContain("ip_pref");
  }

  @Test
  void aLoginOfAnExternalRegistryStandsInTheConfiguration() {
    ContainerdInput in = external("v1.7.24", false);
    assertThat(ContainerdConfig.toml(in))
        .contains(
            "registry.configs.\"r.example.com:5000\".auth]\nusername = \"acp\"\n",
            "\npassword = \"a\\\"b\\\\c\"\n")
        .doesNotContain("ca_file");
    assertThat(ContainerdConfig.hosts(in)).doesNotContain("ca =", "client =");
    assertThat(in.toString()).doesNotContain("a\"b");
    assertThat(in.login().orElseThrow().basic().toString()).doesNotContain("YWNw");
  }

  @Test
  void theUnitKeepsContainersAndHasRoomForFiles() {
    assertThat(Res.text("units/containerd.service"))
        .contains("LimitNOFILE=1048576\n", "Delegate=yes\n", "KillMode=process\n");
    assertThat(Res.text("units/kubelet.service") + Res.text("units/10-kubeadm.conf"))
        .contains("/usr/bin/kubelet")
        .doesNotContain("swap");
    assertThat(ContainerdConfig.crictl())
        .startsWith("runtime-endpoint: \"unix:///run/containerd/containerd.sock\"\n");
  }
}
