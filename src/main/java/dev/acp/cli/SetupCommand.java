package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.bundle.Bundle;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.Texts;
import dev.acp.operation.Setup;
import dev.acp.pipeline.Pipeline;
import dev.acp.pipeline.Plan;
import dev.acp.stage.Preflight;
import dev.acp.stage.SetupInput;
import dev.acp.value.Version;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** acp setup. */
@Command(
    name = "setup",
    description = {
      "Install the global cluster, stage by stage.",
      "Run again, it goes on where it stopped; on a cluster that is as wanted it changes nothing."
    },
    footer = {
      "",
      "Example: acp setup -f cluster.yaml --bundle /root/cpaas-install/installer",
      "Look first: acp setup -f cluster.yaml --bundle DIR --dry-run"
    })
final class SetupCommand extends AcpCommand {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(
      names = "--dry-run",
      description = {
        "Show every change on every node, in order, and do nothing. Findings that would stop the run",
        "are warnings; exit code 4 if there are any."
      })
  private boolean dryRun;

  @Option(
      names = "--list-stages",
      description = "Show the stages in order, with -f the cluster too, and do nothing.")
  private boolean listStages;

  @Option(
      names = "--from",
      paramLabel = "STAGE",
      completionCandidates = Candidates.Stages.class,
      description = "Begin with this stage.")
  private String from;

  @Option(
      names = "--until",
      paramLabel = "STAGE",
      completionCandidates = Candidates.Stages.class,
      description = "End after this stage.")
  private String until;

  @SuppressWarnings("UnusedVariable") // setup asks nothing yet; scripts may say it all the same
  @Option(
      names = {"-y", "--yes"},
      description = "Answer yes to every question.")
  private boolean yes;

  SetupCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    Plan<SetupInput> plan =
        Setup.plan().part(Optional.ofNullable(from), Optional.ofNullable(until));
    if (listStages) {
      return list(plan);
    }
    cluster.needFile();
    Bundle bundle = cluster.needBundle(console);
    ClusterSpec spec = cluster.spec(console, Optional.of(bundle.offer()));
    SetupScope.check(spec, Optional.of(bundle));
    // Without an offer no version is filled in: what is known then was written.
    Optional<Version> named = cluster.spec(console, Optional.empty()).kubernetes().knownVersion();
    try (Run run = Run.open("setup", console, common, Clock.systemUTC());
        SetupSession session =
            SetupSession.open(
                SetupSession.Work.SETUP, spec, named, bundle, connect, console, run, dryRun)) {
      return dryRun ? dry(plan, session, console, output) : wet(plan, session, spec, run.logFile());
    }
  }

  /** With a cluster file that file is judged, too; no node is asked. */
  private int list(Plan<SetupInput> plan) {
    Optional<Bundle> bundle = cluster.bundle(console);
    Optional<ClusterSpec> spec =
        cluster.hasFile()
            ? Optional.of(cluster.spec(console, bundle.map(Bundle::offer)))
            : Optional.empty();
    spec.ifPresent(known -> SetupScope.check(known, bundle));
    StageList list = new StageList(plan.stages(), spec, Texts.of(console.lang()));
    console.out().print(output.json() ? json(list.json()) + "\n" : list.text());
    return 0;
  }

  /** Shows every change, and the findings that would stop it; for add-node, too. */
  static int dry(
      Plan<SetupInput> plan, SetupSession session, Console console, OutputOption output) {
    boolean judged = plan.stages().stream().anyMatch(Preflight.class::isInstance);
    List<String> fatal = judged ? Preflight.fatal(session.input()) : List.of();
    console.err().print(new DryRunReport(List.of(), fatal).warnings());
    console.err().flush();
    DryRunReport report = new DryRunReport(session.pipeline().dryRun(plan, session.input()), fatal);
    console.out().print(output.json() ? report.json() : report.text());
    return report.exit().code();
  }

  private int wet(Plan<SetupInput> plan, SetupSession session, ClusterSpec spec, Path log) {
    Pipeline.Summary summary = session.pipeline().run(plan, session.input());
    long seconds = summary.took().toSeconds();
    console
        .err()
        .println(
            Texts.of(console.lang())
                .format(
                    "setup.done",
                    List.of(
                        spec.name(),
                        Integer.toString(summary.stages()),
                        Integer.toString(summary.changed()),
                        Long.toString(seconds / 60),
                        Long.toString(seconds % 60),
                        log.toString())));
    console.err().println(console.next() + "acp status -f CLUSTER");
    if (output.json()) {
      console
          .out()
          .println(
              json(
                  Map.of(
                      "cluster", spec.name(),
                      "home",
                          ClusterHome.of(console.environment(), spec.name()).folder().toString(),
                      "stages", summary.stages(),
                      "changed", summary.changed())));
    }
    return 0;
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and texts can always be written", e);
    }
  }
}
