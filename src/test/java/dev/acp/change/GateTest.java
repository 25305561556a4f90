package dev.acp.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.FakePrograms;
import dev.acp.change.Change.Action;
import dev.acp.change.Change.FileBlock;
import dev.acp.change.Change.KernelSetting;
import dev.acp.change.Change.Leaves;
import dev.acp.change.Change.PutFile;
import dev.acp.change.NodeRecord.Line;
import dev.acp.change.Outcome.Result;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.remote.RemotePath;
import dev.acp.value.ClusterId;
import dev.acp.value.StageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gates against a real shell and the real recorder. */
class GateTest {
  private static final ClusterId CLUSTER = new ClusterId("6f1ed002-ab5d-4a2c-9f0e-1b8a3a6c1d11");
  private static final StageId STAGE = StageId.of("node-files");
  private static final String TOUCH =
      """
      case $1 in
          observe) if [ -e "$2" ]; then echo "done"; else echo absent; fi ;;
          apply) printf '%s' "$3" > "$2" ;;
          undo) rm -f "$2" ;;
      esac
      """;

  @TempDir private Path temp;
  private Path root;
  private LocalNode node;

  @BeforeEach
  void aNode() throws IOException {
    root = Files.createDirectories(temp.resolve("root"));
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("var"));
    Files.createDirectories(root.resolve("sys/net"));
    Files.writeString(root.resolve("sys/net/forward"), "0\n");
    Files.writeString(root.resolve("etc/hosts"), "127.0.0.1 localhost");
    Files.writeString(root.resolve("etc/old.conf"), "old\n");
    Files.setPosixFilePermissions(
        root.resolve("etc/old.conf"), PosixFilePermissions.fromString("rw-r-----"));
    node = new LocalNode(root);
  }

  private Gate wet() {
    return Gates.wet(n -> node, CLUSTER, STAGE, Events.none(), new Stop(), name -> TOUCH);
  }

  private Gate dry() {
    return Gates.dry(Optional.of(CLUSTER), STAGE, Events.none(), new Stop(), name -> TOUCH);
  }

  private NodeRecord record() {
    return new NodeRecord(n -> node, Events.none());
  }

  private RemotePath path(String below) {
    return RemotePath.of(root + "/" + below);
  }

  private PutFile file(String below, String mode, String text) {
    return new PutFile(path(below), mode, Content.ofText(text));
  }

  private List<Change> plan() {
    return List.of(
        new Leaves(Leaves.Kind.PATH, root + "/var/made"),
        file("etc/old.conf", "0644", "new\n"),
        file("etc/a b/it's", "0755", "#!/bin/sh\n"),
        new FileBlock(path("etc/hosts"), "nodes", "10.0.0.1 n1\n10.0.0.2 n2"),
        new FileBlock(path("etc/fresh"), "nodes", "x\n"),
        new KernelSetting("net.forward", "1"),
        new Action(
            "touch",
            "touch.sh",
            List.of(root + "/etc/touched", "it's $HOME \"x\"\nsecond"),
            Duration.ofSeconds(20),
            false));
  }

  /** Every path below the node with its kind, mode and text; without the record. */
  private Map<String, String> state() throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path p : (Iterable<Path>) paths::iterator) {
        if (p.startsWith(root.resolve("var/acp"))) {
          continue;
        }
        String mode =
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(p, LinkOption.NOFOLLOW_LINKS));
        all.put(
            root.relativize(p).toString(),
            mode + (Files.isRegularFile(p) ? " " + Files.readString(p) : ""));
      }
    }
    return all;
  }

  private static List<Result> results(List<Outcome> outcomes) {
    return outcomes.stream().map(Outcome::result).toList();
  }

  @Test
  void bringsTheWantedStateThenFindsNothingToDoThenGoesAllTheWayBack() throws IOException {
    Map<String, String> before = state();

    List<Outcome> first = wet().bring(node.node(), plan());
    assertThat(results(first)).containsOnly(Result.DONE).hasSize(7);
    assertThat(state())
        .containsEntry("etc/old.conf", "rw-r--r-- new\n")
        .containsEntry("etc/a b/it's", "rwxr-xr-x #!/bin/sh\n")
        .containsEntry("etc/touched", "rw-r--r-- it's $HOME \"x\"\nsecond")
        .containsEntry(
            "etc/hosts",
            "rw-r--r-- 127.0.0.1 localhost\n# BEGIN acp nodes\n10.0.0.1 n1\n10.0.0.2 n2\n# END acp"
                + " nodes\n")
        .containsEntry("sys/net/forward", "rw-r--r-- 1\n");

    node.log.clear();
    assertThat(results(wet().bring(node.node(), plan()))).containsOnly(Result.ALREADY);
    assertThat(node.log).containsExactly("query record.sh: look");

    Files.createDirectories(root.resolve("var/made/by/the/program"));
    NodeRecord.Undo undo = record().undo(node.node(), Optional.empty(), false);
    assertThat(undo.lines()).extracting(Line::result).containsOnly(Line.Result.UNDONE);
    assertThat(state()).isEqualTo(before);
    assertThat(root.resolve("var/acp")).doesNotExist();
    assertThat(record().list(node.node())).isEmpty();
  }

  @Test
  void theDryPlanIsLineForLineWhatTheWetRunRecords() throws IOException {
    Map<String, String> before = state();
    wet().bring(node.node(), plan().subList(1, 2));
    List<Outcome> dry = dry().bring(node.node(), plan());
    List<String> would =
        dry.stream().filter(o -> o.result() == Result.WOULD).map(o -> o.change().id()).toList();
    assertThat(would).hasSize(6);
    int known = record().list(node.node()).size();

    wet().bring(node.node(), plan());

    List<NodeRecord.Entry> entries = record().list(node.node());
    assertThat(
            entries.subList(known, entries.size()).stream()
                .filter(e -> !e.kind().equals("dir"))
                .map(NodeRecord.Entry::id)
                .toList())
        .isEqualTo(would);
    assertThat(entries).allMatch(e -> e.done() && e.scope().equals(STAGE));
    assertThat(record().undo(node.node(), Optional.empty(), true).lines())
        .extracting(Line::result)
        .containsOnly(Line.Result.WOULD);
    record().undo(node.node(), Optional.empty(), false);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void aDryRunOnABareNodeWritesNothing() throws IOException {
    Map<String, String> before = state();
    assertThat(results(dry().bring(node.node(), plan()))).containsOnly(Result.WOULD);
    assertThat(state()).isEqualTo(before);
    assertThat(root.resolve("var/acp")).doesNotExist();
    assertThat(node.log).containsExactly("query record.sh: look");
    assertThat(record().clusterId(node.node())).isEmpty();
  }

  @Test
  void aLargeContentIsStreamedOnceBeforeTheBatch() throws IOException {
    // more than a mebibyte: another program tells its digest
    String big = "0123456789abcdef".repeat(70_000);
    List<Change> two = List.of(file("etc/big1", "0644", big), file("etc/big2", "0600", big));
    assertThat(results(wet().bring(node.node(), two))).containsOnly(Result.DONE);
    assertThat(state()).containsEntry("etc/big2", "rw------- " + big);
    assertThat(results(wet().bring(node.node(), two))).containsOnly(Result.ALREADY);
    assertThat(node.log).filteredOn(l -> l.startsWith("put")).hasSize(1);
    assertThat(node.record().resolve("stage")).doesNotExist();
  }

  @Test
  void undoKeepsAndNamesWhatSomebodyChangedSince() throws IOException {
    wet().bring(node.node(), plan());
    Files.writeString(root.resolve("etc/old.conf"), "mine now\n");
    Path hosts = root.resolve("etc/hosts");
    Files.writeString(hosts, Files.readString(hosts) + "10.9.9.9 foreign\n");
    Files.writeString(root.resolve("etc/a b/mine"), "mine\n");
    Files.writeString(root.resolve("sys/net/forward"), "2\n");

    NodeRecord.Undo undo = record().undo(node.node(), Optional.empty(), false);

    assertThat(undo.complete()).isTrue();
    assertThat(undo.lines())
        .filteredOn(l -> l.result() == Line.Result.KEPT)
        .extracting(Line::id)
        .containsExactlyInAnyOrder(
            "file:" + root + "/etc/old.conf", "dir:" + root + "/etc/a b", "sysctl:net.forward");
    assertThat(state())
        .containsEntry("etc/old.conf", "rw-r--r-- mine now\n")
        .containsEntry("etc/hosts", "rw-r--r-- 127.0.0.1 localhost\n10.9.9.9 foreign\n")
        .doesNotContainKey("etc/a b/it's")
        .containsKey("etc/a b/mine");
    // the original that acp had saved is not destroyed
    assertThat(root.resolve("var/acp/node.kept")).isDirectoryRecursivelyContaining("glob:**before");
  }

  @Test
  void aFolderThatProgramsOnlyMakeGoesWhenItWasNotThereAndIsEmptyAndOnlyThen() throws IOException {
    Files.createDirectories(root.resolve("lib/modules/5.10"));
    wet()
        .bring(
            node.node(),
            Stream.of("lib/modules", "etc/ssl", "etc/ssl/certs", "usr/share/ca", "usr/made")
                .map(f -> (Change) new Leaves(Leaves.Kind.FOLDER, root + "/" + f))
                .toList());
    Files.createDirectories(root.resolve("lib/modules/6.1"));
    Files.createDirectories(root.resolve("etc/ssl/certs"));
    Files.createDirectories(root.resolve("etc/ssl/private"));
    Files.writeString(root.resolve("etc/ssl/private/key"), "the operator's\n");
    Files.createDirectories(root.resolve("usr/share/ca"));

    NodeRecord.Undo undo = record().undo(node.node(), Optional.empty(), false);

    assertThat(root.resolve("lib/modules/6.1")).exists();
    assertThat(root.resolve("etc/ssl/private/key")).hasContent("the operator's");
    assertThat(root.resolve("etc/ssl/certs")).doesNotExist();
    assertThat(root.resolve("usr")).doesNotExist();
    assertThat(undo.complete()).isTrue();
    assertThat(undo.lines())
        .filteredOn(l -> l.result() == Line.Result.KEPT)
        .extracting(Line::id)
        .containsExactly("leaves:folder:" + root + "/etc/ssl");
    assertThat(root.resolve("var/acp")).doesNotExist();
  }

  @Test
  void whatUndoTakesFromAFolderThatWasThereIsNamed() throws IOException {
    Files.createDirectories(root.resolve("var/lib/cni"));
    Files.writeString(root.resolve("var/lib/cni/old"), "");
    wet().bring(node.node(), List.of(new Leaves(Leaves.Kind.PATH, root + "/var/lib/cni")));
    Files.createDirectories(root.resolve("var/lib/cni/networks/hostgw"));
    List<String> told = new ArrayList<>();

    new NodeRecord(n -> node, event -> told.add(event.toString()))
        .undo(node.node(), Optional.empty(), false);

    assertThat(root.resolve("var/lib/cni")).isDirectoryNotContaining("glob:**networks");
    assertThat(root.resolve("var/lib/cni/old")).exists();
    assertThat(told).anyMatch(t -> t.contains("removed") && t.contains("/var/lib/cni/networks"));
  }

  @Test
  void aSecondVersionGoesBackToTheStateBeforeTheFirst() throws IOException {
    Map<String, String> before = state();
    for (String text : List.of("one\n", "two\n", "three\n")) {
      wet()
          .bring(
              node.node(),
              List.of(
                  file("etc/old.conf", "0600", text),
                  new FileBlock(path("etc/hosts"), "nodes", text)));
    }
    assertThat(state().get("etc/hosts")).contains("three\n").doesNotContain("two");
    record().undo(node.node(), Optional.empty(), false);
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void oneScopeCanBeTakenBackAlone() throws IOException {
    Map<String, String> before = state();
    init().bring(node.node(), List.of(file("etc/init", "0644", "init\n")));
    wet().bring(node.node(), List.of(file("etc/setup", "0644", "setup\n")));
    record().undo(node.node(), Optional.of(STAGE), false);
    assertThat(state()).containsKey("etc/init").doesNotContainKey("etc/setup");
    assertThat(record().clusterId(node.node())).contains(CLUSTER);
    record().undoPreprocess(node.node(), Optional.of(CLUSTER), false);
    assertThat(state()).isEqualTo(before);
    assertThat(root.resolve("var/acp")).doesNotExist();
  }

  private Gate init() {
    return Gates.wet(n -> node, CLUSTER, Preprocess.SCOPE, Events.none(), new Stop(), n -> TOUCH);
  }

  private void refused(FaultCode code, boolean dry, Optional<ClusterId> own) {
    assertThatThrownBy(() -> record().undoPreprocess(node.node(), own, dry))
        .isInstanceOfSatisfying(
            AcpException.class, e -> assertThat(e.fault().code()).isEqualTo(code));
  }

  @Test
  void whatARunningClusterStandsOnIsNotTakenBack() throws IOException {
    init().bring(node.node(), List.of(file("etc/init", "0644", "init\n")));
    wet().bring(node.node(), List.of(file("etc/setup", "0644", "setup\n")));
    Map<String, String> before = state();
    refused(FaultCode.WOULD_DESTROY, false, Optional.of(CLUSTER));
    refused(FaultCode.WOULD_DESTROY, true, Optional.of(CLUSTER));
    assertThat(state()).isEqualTo(before);
    assertThat(FaultCode.WOULD_DESTROY.exit().code()).isEqualTo(6);
  }

  @Test
  void theRepairsOfAClusterThatThisMachineDoesNotHoldAreNotTakenBack() throws IOException {
    init().bring(node.node(), List.of(file("etc/init", "0644", "init\n")));
    Map<String, String> before = state();
    Optional<ClusterId> other = Optional.of(new ClusterId("00000000-ab5d-4a2c-9f0e-1b8a3a6c1d11"));
    for (boolean dry : List.of(true, false)) {
      refused(FaultCode.FOREIGN_CLUSTER, dry, other);
      refused(FaultCode.FOREIGN_CLUSTER, dry, Optional.empty());
    }
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void initNodesOnANodeOfAClusterThatThisMachineDoesNotHoldIsRefused() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "init.sh runs as root");
    wet().bring(node.node(), plan().subList(0, 1));
    Map<String, String> before = state();
    Preprocess init =
        new Preprocess(
            n -> node, Optional.empty(), Duration.ofMillis(9), Events.none(), new Stop());
    for (boolean dry : List.of(true, false)) {
      assertThatThrownBy(() -> init.run(node.node(), dry, List.of("hosts")))
          .isInstanceOfSatisfying(
              AcpException.class,
              e -> assertThat(e.fault().code()).isEqualTo(FaultCode.FOREIGN_CLUSTER))
          .hasMessageContaining(CLUSTER.text());
    }
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void aNodeOfAnotherClusterIsRefusedAndUntouched() throws IOException {
    wet().bring(node.node(), plan().subList(0, 1));
    Map<String, String> before = state();
    Gate other =
        Gates.wet(
            n -> node,
            new ClusterId("00000000-ab5d-4a2c-9f0e-1b8a3a6c1d11"),
            STAGE,
            Events.none(),
            new Stop(),
            n -> TOUCH);
    assertThatThrownBy(() -> other.bring(node.node(), plan()))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().code()).isEqualTo(FaultCode.FOREIGN_CLUSTER))
        .hasMessageContaining(CLUSTER.text());
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void whatCannotBeToldStopsBeforeAnythingIsDone() throws IOException {
    Files.createSymbolicLink(root.resolve("etc/link"), root.resolve("etc/old.conf"));
    List<Change> wanted =
        List.of(file("etc/link", "0644", "x"), new KernelSetting("net.forward", "1"));
    for (Gate gate : List.of(wet(), dry())) {
      assertThatThrownBy(() -> gate.bring(node.node(), wanted))
          .isInstanceOfSatisfying(
              AcpException.class,
              e -> assertThat(e.fault().code()).isEqualTo(FaultCode.CANNOT_TELL))
          .hasMessageContaining("symbolic link");
    }
    assertThat(root.resolve("var/acp")).doesNotExist();
  }

  @Test
  void theFirstFailureStopsAndItsLinesAreShownWhatWasDoneStaysRecorded() {
    String failing =
        "case $1 in observe) echo absent ;; apply) echo no such thing >&2; exit 7 ;; esac";
    Gate gate = Gates.wet(n -> node, CLUSTER, STAGE, Events.none(), new Stop(), name -> failing);
    assertThatThrownBy(
            () ->
                gate.bring(
                    node.node(),
                    List.of(
                        file("etc/first", "0644", "1"),
                        new Action("bad", "bad.sh", List.of(), Duration.ofSeconds(9), false),
                        file("etc/last", "0644", "1"))))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> {
              assertThat(e.fault().code()).isEqualTo(FaultCode.CHANGE_FAILED);
              assertThat(e.fault().evidence()).contains("no such thing");
            })
        .hasMessageContaining("do bad")
        .hasMessageContaining("exit status 7");
    assertThat(root.resolve("etc/first")).exists();
    assertThat(root.resolve("etc/last")).doesNotExist();
    assertThat(record().list(node.node())).extracting(NodeRecord.Entry::done).contains(true, false);
  }

  @Test
  void aProfilesNoiseIsNotTakenForAnswers() {
    Reply reply =
        Reply.of(
            new dev.acp.remote.CommandResult(
                0,
                "Welcome acp user\nacp x already\nacp 1 already \nacp 2 differs is 0\n",
                "",
                Duration.ZERO));
    assertThat(reply.seen(1).word()).isEqualTo(Seen.Word.ALREADY);
    assertThat(reply.seen(2)).isEqualTo(new Seen(Seen.Word.DIFFERS, "is 0"));
    assertThat(reply.seen(3).word()).isEqualTo(Seen.Word.UNKNOWN);
  }

  private List<String> systemd() throws IOException {
    Path log = temp.resolve("systemctl.log");
    List<String> all =
        Files.exists(log)
            ? Files.readAllLines(log).stream().filter(l -> l.matches("(re)?start .*")).toList()
            : List.of();
    Files.deleteIfExists(log);
    return all;
  }

  @Test
  void aUnitIsRestartedWhenAFileThatItReadsIsAnotherOneOrIsPutBackAndNeverOtherwise()
      throws IOException {
    Path bin = Files.createDirectories(temp.resolve("bin"));
    FakePrograms.write(
        bin,
        "systemctl",
        """
        echo "$@" >> TEMP/systemctl.log
        case $1 in
            is-enabled) [ ! -e TEMP/on ] || echo enabled ;;
            is-active) [ ! -e TEMP/on ] || echo active ;;
            start | restart) : > TEMP/on ;;
            stop) rm -f TEMP/on ;;
        esac
        """
            .replace("TEMP", temp.toString()));
    node.programs(bin);
    PutFile program = file("usr/bin/kubelet", "0755", "ELF");
    PutFile dropIn = file("etc/kubelet.d/10.conf", "0644", "one");
    Change unit = Change.UnitState.running("kubelet.service", List.of(program, dropIn));
    List<Change> plan = List.of(program, dropIn, unit);

    wet().bring(node.node(), plan);
    assertThat(systemd()).containsExactly("start kubelet.service");
    assertThat(results(wet().bring(node.node(), plan))).containsOnly(Result.ALREADY);
    assertThat(systemd()).isEmpty();

    // healed in a stage before the unit's own
    Files.writeString(root.resolve("usr/bin/kubelet"), "damaged");
    wet().bring(node.node(), List.of(program));
    wet().bring(node.node(), List.of(unit));
    assertThat(systemd()).containsExactly("restart kubelet.service");

    // healed in the unit's own stage: the dry run says so as well
    Files.writeString(root.resolve("etc/kubelet.d/10.conf"), "damaged");
    assertThat(results(dry().bring(node.node(), plan)))
        .containsExactly(Result.ALREADY, Result.WOULD, Result.WOULD);
    wet().bring(node.node(), plan);
    assertThat(systemd()).containsExactly("restart kubelet.service");
    assertThat(results(wet().bring(node.node(), plan))).containsOnly(Result.ALREADY);

    PutFile newer = file("etc/kubelet.d/10.conf", "0644", "two");
    wet()
        .bring(
            node.node(),
            List.of(
                program,
                newer,
                Change.UnitState.running("kubelet.service", List.of(program, newer))));
    assertThat(systemd()).containsExactly("restart kubelet.service");
  }

  /** SIGKILL at every seam of the recorder: the same plan again arrives, and undo goes back. */
  @Test
  void killedAtEachSeamTheSamePlanArrivesAndUndoGoesBack() throws IOException {
    Map<String, String> before = state();
    List<String> wrong = new ArrayList<>();
    int seam = 1;
    for (; seam < 200; seam++) {
      node.killAt(seam);
      boolean killed;
      try {
        wet().bring(node.node(), plan());
        killed = false;
      } catch (AcpException e) {
        killed = true;
      }
      node.killAt(0);
      if (killed && seam % 2 == 0) {
        wet().bring(node.node(), plan());
        if (dry().bring(node.node(), plan()).stream().anyMatch(o -> o.result() != Result.ALREADY)) {
          wrong.add("seam " + seam + ": not there after the second run");
        }
      }
      record().undo(node.node(), Optional.empty(), false);
      if (!state().equals(before) || Files.exists(root.resolve("var/acp"))) {
        wrong.add("seam " + seam + ": undo left " + state());
      }
      if (!killed) {
        break;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seam).isBetween(40, 100);
  }
}
