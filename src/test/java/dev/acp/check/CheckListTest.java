package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec.Checks;
import dev.acp.fault.AcpException;
import dev.acp.fault.InvalidInput;
import dev.acp.node.SystemFacts.Os;
import dev.acp.value.Arch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckListTest {
  @TempDir Path folder;

  private static final Os DEBIAN = new Os("debian", "12", "Debian 12", "");

  private static Check find(CheckList list, String id) {
    return list.checks().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void theClusterFileMayChangeLimitsAndSwitchChecksOff() {
    CheckList list =
        CheckList.load()
            .with(
                new Checks(
                    List.of("thp-never"),
                    Map.of("disk-space-root.least", "20GiB", "cpu-cores.single-node", "4")));
    assertThat(find(list, "disk-space-root").limits().size("least").toString())
        .isEqualTo("20.0 GiB");
    assertThat(find(list, "cpu-cores").limits().count("single-node")).isEqualTo(4);
    assertThat(list.disabled()).containsExactly("thp-never");
  }

  @Test
  void whatIsNotThereOrDoesNotFitIsRefused() {
    CheckList list = CheckList.load();
    for (Checks wrong :
        List.of(
            new Checks(List.of("no-such"), Map.of()),
            new Checks(List.of(), Map.of("no-such.least", "1")),
            new Checks(List.of(), Map.of("disk-space-root.most", "1GiB")),
            new Checks(List.of(), Map.of("disk-space-root.least", "5")),
            new Checks(List.of(), Map.of("cpu-cores.floor", "many")))) {
      assertThatThrownBy(() -> list.with(wrong)).isInstanceOf(AcpException.class);
    }
    assertThatThrownBy(() -> list.choose(List.of("memroy"), List.of()))
        .hasMessageContaining("memory");
    assertThat(list.choose(List.of("memory", "swap-off"), List.of("memory")).ids())
        .containsExactly("swap-off");
  }

  @Test
  void theNodesCallEachOtherOnlyWhereACheckAsks() {
    CheckList list = CheckList.load();
    assertThat(AcrossRun.wanted(list)).isTrue();
    assertThat(AcrossRun.wanted(list.choose(List.of("vip-unused"), List.of()))).isTrue();
    assertThat(AcrossRun.wanted(list.choose(List.of("memory"), List.of()))).isFalse();
    List<String> all =
        List.of(
            "ports-reach-tcp",
            "ports-reach-udp",
            "round-trip",
            "mtu-path",
            "ipip-passes",
            "vip-unused",
            "vrid-free");
    assertThat(AcrossRun.wanted(list.choose(List.of(), all))).isFalse();
    assertThat(AcrossRun.wanted(list.with(new Checks(all, Map.of())))).isFalse();
    assertThat(AcrossRun.wanted(list.with(new Checks(all.subList(1, 7), Map.of())))).isTrue();
  }

  @Test
  void filesOfTheSiteChangeLimitsAndSayWhichFileDidIt() throws Exception {
    Path file = folder.resolve("10-site.yaml");
    Files.writeString(file, "disable: [swap-off]\nlimits: {disk-space-opt.least: 20GiB}\n");
    CheckList list = CheckList.load().with(folder);
    assertThat(find(list, "disk-space-opt").limits().size("least").toString())
        .isEqualTo("20.0 GiB");
    assertThat(list.disabled()).containsExactly("swap-off");
    assertThat(list.overrides())
        .containsExactly(
            "swap-off switched off by " + file, "disk-space-opt.least = 20GiB by " + file);
    for (String wrong :
        List.of(
            "\ndisable: [no-such]\n",
            "\nlimits: {disk-space-opt.least: 5}\n",
            "\nlimits: {nothing.least: 5}\n",
            "\nseverity: warn\n")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> CheckList.load().with(folder))
          .isInstanceOf(InvalidInput.class)
          .satisfies(
              e ->
                  assertThat(((InvalidInput) e).fault().evidence().get(0))
                      .startsWith(file + ":2:"));
    }
  }

  @Test
  void anUnknownKeyInTheListIsAnError() {
    String text = "checks:\n  - {id: a, group: b, severity: fail, sources: [c], expression: 1}\n";
    assertThatThrownBy(() -> CheckList.read("l", text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidInput.class)
        .satisfies(
            e -> assertThat(((InvalidInput) e).fault().evidence().get(0)).contains("expression"));
  }

  @Test
  void everyFixIsARepairThatInitShMakesUnasked() throws Exception {
    String init = Files.readString(Path.of("res/init.sh"));
    Matcher ids = Pattern.compile("(?m)^init_ids='([a-z -]+)'$").matcher(init);
    assertThat(ids.find()).isTrue();
    List<String> unasked = List.of(ids.group(1).split(" ", -1));
    for (String id : unasked) {
      assertThat(init).as(id).contains("repair_" + id.replace('-', '_') + "() {");
    }
    for (Check check : CheckList.load().checks()) {
      check.fix().ifPresent(fix -> assertThat(unasked).as(check.id()).contains(fix));
    }
    // What it does not repair, or only when named.
    for (String id : List.of("module-geneve", "sshd-usepam", "time-service")) {
      assertThat(find(CheckList.load(), id).fix()).as(id).isEmpty();
    }
    assertThat(find(CheckList.load(), "swap-off").fix()).contains("swap");
  }

  @Test
  void aBundleAddsSystemsAndDebianIsNotTheProducts() throws Exception {
    assertThat(SupportMatrix.product().find(DEBIAN, Arch.AMD64)).isEmpty();
    Files.createDirectories(folder.resolve("res"));
    Path file = folder.resolve("res/support-matrix.yaml");
    Files.writeString(file, "systems:\n  - {id: debian, versions: [\"12\"], archs: [amd64]}\n");
    SupportMatrix both = SupportMatrix.load(Optional.of(folder));
    assertThat(both.find(DEBIAN, Arch.AMD64)).hasSize(1);
    assertThat(both.find(DEBIAN, Arch.ARM64)).isEmpty();
    assertThat(both.systems()).containsAll(SupportMatrix.product().systems());
    Files.writeString(file, "systems:\n  - {id: debian, version: 12}\n");
    assertThatThrownBy(() -> SupportMatrix.load(Optional.of(folder)))
        .isInstanceOf(InvalidInput.class);
  }
}
