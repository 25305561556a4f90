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
import dev.acp.stage.SetupInput;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
      description = "Show every change on every node, in order, and do nothing.")
  private boolean dryRun;

  @Option(names = "--list-stages", description = "Show the stages in order, and do nothing.")
  private boolean listStages;

  @Option(names = "--from", paramLabel = "STAGE", description = "Begin with this stage.")
  private String from;

  @Option(names = "--until", paramLabel = "STAGE", description = "End after this stage.")
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
      plan.stages()
          .forEach(
              stage ->
                  console
                      .out()
                      .printf(
                          "%-18s %s%n",
                          stage.id(),
                          Texts.of(console.lang()).get("stage." + stage.id() + ".title")));
      return 0;
    }
    Bundle bundle = cluster.needBundle();
    ClusterSpec spec = cluster.spec(console, Optional.of(bundle.offer()));
    SetupScope.check(spec);
    try (Run run = Run.open("setup", console, common, Clock.systemUTC());
        SetupSession session = SetupSession.open(spec, bundle, connect, console, run, dryRun)) {
      return dryRun ? dry(plan, session) : wet(plan, session, spec, run.logFile());
    }
  }

  private int dry(Plan<SetupInput> plan, SetupSession session) {
    List<Pipeline.Planned> planned = session.pipeline().dryRun(plan, session.input());
    if (output.json()) {
      List<Map<String, String>> changes = new ArrayList<>();
      for (Pipeline.Planned p : planned) {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("stage", p.stage().text());
        one.put("node", p.node());
        one.put("change", p.change());
        one.put("path", p.path());
        changes.add(one);
      }
      console.out().println(json(Map.of("changes", changes)));
      return 0;
    }
    for (Pipeline.Planned p : planned) {
      console.out().printf("%-18s %-16s %-8s %s%n", p.stage(), p.node(), p.change(), p.path());
    }
    console
        .out()
        .println(
            planned.isEmpty()
                ? "Nothing is left to do."
                : planned.size() + " changes would be made; nothing was done.");
    return 0;
  }

  private int wet(Plan<SetupInput> plan, SetupSession session, ClusterSpec spec, Path log) {
    Pipeline.Summary summary = session.pipeline().run(plan, session.input());
    long seconds = summary.took().toSeconds();
    console
        .err()
        .printf(
            "Cluster %s: %d stages, %d changes, %d min %d s. Log: %s%n",
            spec.name(), summary.stages(), summary.changed(), seconds / 60, seconds % 60, log);
    console.err().printf("Next: acp status -f CLUSTER%n");
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
