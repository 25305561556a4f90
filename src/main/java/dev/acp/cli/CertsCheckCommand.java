package dev.acp.cli;

import dev.acp.cluster.ClusterSpec;
import dev.acp.event.Events;
import dev.acp.kube.CertificateReader;
import dev.acp.kube.NodeCertificates;
import dev.acp.node.Fleet;
import dev.acp.node.Result;
import dev.acp.report.CertificatesReport;
import dev.acp.value.Exit;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** acp certs check. */
@Command(
    name = "check",
    description = {
      "Show every certificate of every node with its end.",
      "kubeadm's, etcd's, the kubelets', the registries' and those in kubeconfigs, by each node's own",
      "clock. Only SSH is needed; the cluster may be down. Exit code 4 when one is expired, ends",
      "within the limit, or could not be seen."
    },
    footer = {
      "",
      "Example: acp certs check -f cluster.yaml",
      "As JSON: acp certs check -f cluster.yaml --within 60d -o json"
    })
final class CertsCheckCommand extends AcpCommand {
  private static final Duration SKEW = Duration.ofMinutes(5);

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ConnectOptions connect = new ConnectOptions();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final WithinOption within = new WithinOption();

  CertsCheckCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    Duration limit = within.limit();
    ClusterSpec spec = cluster.spec(console, Optional.empty());
    try (Fleet fleet = connect.fleet(spec, spec.nodes(), console, Events.none())) {
      CertificatesReport report = report(fleet, spec, limit);
      skewed(report).forEach(line -> console.err().println(line));
      console.out().print(output.json() ? report.json() : report.text());
      return report.good() ? Exit.DONE.code() : Exit.CHECKS.code();
    }
  }

  /** Asks every node that can be reached; the others are told as missing. */
  static CertificatesReport report(Fleet fleet, ClusterSpec spec, Duration limit) {
    List<NodeCertificates> seen = new ArrayList<>();
    Map<NodeName, String> missing = new LinkedHashMap<>();
    fleet.faults().forEach((name, fault) -> missing.put(name, fault.what()));
    Map<NodeName, Result<NodeCertificates>> results =
        Fleet.each(fleet.nodes(), Fleet.PARALLEL, node -> CertificateReader.read(node, spec));
    results.forEach(
        (name, result) -> {
          result.done().ifPresent(seen::add);
          result.failure().ifPresent(fault -> missing.put(name, fault.what()));
        });
    return new CertificatesReport(spec.name(), limit, seen, missing);
  }

  /** Nodes judge by their own clocks; one that is wrong makes good certificates look bad. */
  static List<String> skewed(CertificatesReport report) {
    Instant now = Instant.now();
    return report.nodes().stream()
        .filter(n -> Duration.between(now, n.clock()).abs().compareTo(SKEW) > 0)
        .map(
            n ->
                "Warning: the clock of "
                    + n.node()
                    + " says "
                    + n.clock()
                    + ", this machine's "
                    + Instant.ofEpochSecond(now.getEpochSecond())
                    + "; set them right before you renew anything.")
        .toList();
  }
}
