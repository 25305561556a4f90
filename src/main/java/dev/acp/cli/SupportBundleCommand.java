package dev.acp.cli;

import dev.acp.check.CheckList;
import dev.acp.check.CheckRun;
import dev.acp.check.SupportMatrix;
import dev.acp.cluster.AcpHome;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.ResolvedFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.Result;
import dev.acp.operation.SupportBundle;
import dev.acp.operation.SupportFile;
import dev.acp.remote.Redaction;
import dev.acp.report.ChecksReport;
import dev.acp.value.Bytes;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import dev.acp.value.Printable;
import dev.acp.value.Secret;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp support-bundle. */
@Command(
    name = "support-bundle",
    description = {
      "Collect into one file what somebody far away needs to help.",
      "acp's journal and logs, and of every node that can be reached: facts, checks, units, kubelet and",
      "container logs; of the cluster its objects, and no Secret. What looks like a password, a token",
      "or a key is taken out; look into the file all the same before you give it away. Works when the",
      "cluster never came up. Nothing is changed on any node."
    },
    footer = {
      "",
      "Example: acp support-bundle -f cluster.yaml",
      "Only the last hour: acp support-bundle -f cluster.yaml --hours 1 -o /root/support.tar.gz"
    })
final class SupportBundleCommand extends AcpCommand {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Bytes MOST = Bytes.mib(512);
  private static final int MOST_OF_A_LOG = 4 << 20;
  private static final int MOST_LOGS = 40;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where it goes; default: acp-support-CLUSTER-TIME.tar.gz in this folder.")
  private Path output;

  @Option(
      names = "--hours",
      paramLabel = "N",
      defaultValue = "24",
      description = "How far back the nodes' logs go; default: ${DEFAULT-VALUE}.")
  private int hours;

  SupportBundleCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (hours < 1 || hours > 24 * 366) {
      throw AcpException.of(FaultCode.USAGE, "--hours is " + hours + "; from 1 to a year.");
    }
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    Clock clock = Clock.systemUTC();
    String name = "acp-support-" + spec.name() + "-" + NAME.format(clock.instant());
    Path file = output == null ? Path.of(name + ".tar.gz") : output;
    if (Files.isDirectory(file)) {
      file = file.resolve(name + ".tar.gz");
    }
    ClusterHome home = ClusterHome.of(console.environment(), spec.name());
    try (Run run = Run.open("support-bundle", console, common, clock);
        SupportFile bundle = SupportFile.create(file.toAbsolutePath(), name, MOST);
        Fleet fleet = connect.fleet(spec, spec.nodes(), console, run.events())) {
      hideOurs(home, bundle);
      Redaction redaction = new Redaction(connect.masker());
      installer(home, spec, bundle, redaction);
      SupportBundle work = new SupportBundle(bundle, redaction, run.events(), run.stop(), hours);
      work.cluster(controlPlanes(fleet));
      checks(spec, home, bundle, work.nodes(fleet, SupportBundle.probe(spec.containerdRoot())));
      bundle.finish(
          "acp support-bundle of cluster "
              + spec.name()
              + ", "
              + clock.instant()
              + ", by acp "
              + VersionCommand.VERSION
              + "\n"
              + spec.nodes().size()
              + " nodes in the cluster file, "
              + fleet.nodes().size()
              + " could be reached; "
              + bundle.files()
              + " files.\n");
      told(file, bundle);
      return Exit.DONE.code();
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.SPACE_SHORT, "The bundle " + file + " could not be written: " + e + ".", e);
    }
  }

  private static List<Node> controlPlanes(Fleet fleet) {
    return fleet.nodes().stream().filter(node -> node.spec().isControlPlane()).toList();
  }

  /** What this machine knows to be secret is hidden wherever it comes up. */
  private void hideOurs(ClusterHome home, SupportFile bundle) {
    try {
      Decisions.find(home.folder())
          .ifPresent(d -> d.secrets().values().forEach(connect.masker()::hide));
      for (Path key : under(home.pki(), ".key")) {
        connect.masker().hide(Secret.of(Files.readString(key)));
      }
    } catch (AcpException | IOException e) {
      bundle.missing("what this machine keeps of the cluster could not be read: " + e.getMessage());
    }
  }

  private static List<Path> under(Path folder, String suffix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(path -> path.toString().endsWith(suffix))
          .toList();
    }
  }

  private void installer(
      ClusterHome home, ClusterSpec spec, SupportFile bundle, Redaction redaction) {
    bundle.add("cluster-file-resolved.yaml", redaction.text(ResolvedFile.write(spec)));
    for (Path path :
        List.of(home.journal(), home.resolvedFile(), home.packageFile(), home.knownHosts())) {
      take("installer/" + path.getFileName(), path, bundle, redaction);
    }
    Path logs = AcpHome.of(console.environment()).logs();
    try {
      under(logs, ".log").stream()
          .sorted(Comparator.comparing((Path p) -> p.toFile().lastModified()).reversed())
          .limit(MOST_LOGS)
          .forEach(log -> take("installer/log/" + log.getFileName(), log, bundle, redaction));
    } catch (IOException e) {
      bundle.missing(logs + ": " + e.getMessage());
    }
    bundle.add(
        "installer/acp.txt",
        "acp "
            + VersionCommand.VERSION
            + ", Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + "\n");
  }

  /** The last part of a file; one that is not there is told. */
  private static void take(String name, Path path, SupportFile bundle, Redaction redaction) {
    if (!Files.exists(path)) {
      bundle.missing(name + ": there is no " + path);
      return;
    }
    try (SeekableByteChannel in = Files.newByteChannel(path)) {
      in.position(Math.max(0, in.size() - MOST_OF_A_LOG));
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(in.size(), MOST_OF_A_LOG));
      while (content.hasRemaining() && in.read(content) >= 0) {}
      bundle.add(
          name,
          redaction.text(
              new String(content.array(), 0, content.position(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      bundle.missing(name + ": " + e.getMessage());
    }
  }

  private void checks(
      ClusterSpec spec,
      ClusterHome home,
      SupportFile bundle,
      Map<NodeName, Result<NodeFacts>> facts)
      throws IOException {
    CheckRun checks =
        new CheckRun(
            spec,
            CheckList.ofSite().with(spec.checks()),
            SupportMatrix.load(Optional.empty()),
            Decisions.find(home.folder()).map(Decisions::clusterId));
    ChecksReport report = new ChecksReport(checks.judge(spec.nodes(), facts), console.lang());
    bundle.add("checks.txt", report.text(true));
    StringWriter json = new StringWriter();
    report.json(json);
    bundle.add("checks.json", json.toString());
  }

  private void told(Path file, SupportFile bundle) throws IOException {
    bundle.missing().forEach(line -> console.err().println("missing: " + Printable.line(line)));
    console.out().println(file);
    console
        .err()
        .println(
            Texts.of(console.lang())
                .format(
                    bundle.missing().isEmpty() ? "support.done" : "support.done-but",
                    List.of(
                        file.toString(),
                        Integer.toString(bundle.files()),
                        Bytes.of(Files.size(file)).toString(),
                        Integer.toString(bundle.missing().size()))));
  }
}
