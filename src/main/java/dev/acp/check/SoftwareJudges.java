package dev.acp.check;

import dev.acp.node.Fact;
import dev.acp.node.FileFacts.PathKind;
import dev.acp.node.SystemFacts.Os;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tools, packages and leftovers. */
final class SoftwareJudges {
  private SoftwareJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("required-tools", SoftwareJudges::tools);
    all.put("scp-or-sftp", SoftwareJudges::oneTool);
    all.put("bc-there", SoftwareJudges::tools);
    all.put("lvm2-there", SoftwareJudges::lvm);
    all.put("kubernetes-tools", SoftwareJudges::tools);
    all.put("conflicting-packages", SoftwareJudges::packages);
    all.put("conflicting-snaps", SoftwareJudges::snaps);
    all.put("stray-binaries", SoftwareJudges::stray);
    all.put("runtimes-in-usr-bin", SoftwareJudges::runtimes);
    for (String id :
        List.of(
            "var-lib-docker-absent",
            "var-log-pods-absent",
            "kubelet-service-absent",
            "kubelet-conf-absent")) {
      all.put(id, SoftwareJudges::absent);
    }
    for (String id : List.of("kubelet-pki-empty", "etcd-data-empty", "manifests-empty")) {
      all.put(id, SoftwareJudges::empty);
    }
    all.put("containerd-root-empty", SoftwareJudges::containerdRoot);
    all.put("foreign-cluster", SoftwareJudges::foreign);
  }

  private static Fact<Optional<String>> tool(Subject s, String name) {
    return s.facts()
        .files()
        .tools()
        .getOrDefault(name, Fact.unknown("the probe does not look for " + name));
  }

  /** Which of these are not there; empty where that cannot be told. */
  private static Verdict tools(Subject s, Limits l) {
    List<String> missing = new ArrayList<>();
    for (String name : l.words("tools")) {
      Fact<Optional<String>> fact = tool(s, name);
      if (fact instanceof Fact.Unknown<Optional<String>> unknown) {
        return Verdict.unknown(unknown.why());
      }
      if (fact.asOptional().flatMap(path -> path).isEmpty()) {
        missing.add(name);
      }
    }
    return Verdict.when(
        missing.isEmpty(),
        missing.isEmpty() ? "all there" : "missing: " + String.join(", ", missing),
        String.join(", ", l.words("tools")));
  }

  private static Verdict oneTool(Subject s, Limits l) {
    List<String> found = new ArrayList<>();
    for (String name : l.words("one-of")) {
      Fact<Optional<String>> fact = tool(s, name);
      if (fact instanceof Fact.Unknown<Optional<String>> unknown) {
        return Verdict.unknown(unknown.why());
      }
      fact.asOptional().flatMap(path -> path).ifPresent(found::add);
    }
    String wanted = String.join(" or ", l.words("one-of"));
    return Verdict.when(
        !found.isEmpty(), found.isEmpty() ? "missing: " + wanted : found.get(0), wanted);
  }

  /** The cluster file says by spec.checks.limits which storage is planned. */
  private static Verdict lvm(Subject s, Limits l) {
    boolean planned =
        l.words("storage").stream().anyMatch(w -> w.equals("topolvm") || w.equals("rook"));
    return planned
        ? tools(s, l)
        : Verdict.skipped("no TopoLVM and no Rook (checks.limits lvm2-there.storage) is planned");
  }

  /** The guide looks for each name anywhere in a package's name (grep -F). */
  private static Verdict packages(Subject s, Limits l) {
    if (s.heldByUs()) {
      return Verdict.good("held by acp");
    }
    return Verdict.of(
        s.facts().system().os(),
        os -> Verdict.of(s.facts().files().packages(), installed -> packages(l, os, installed)));
  }

  private static Verdict packages(Limits l, Os os, List<String> installed) {
    List<String> unwanted = l.words(packageList(os));
    return none(
        installed.stream().filter(name -> unwanted.stream().anyMatch(name::contains)).toList(),
        "none of: " + String.join(", ", unwanted));
  }

  private static String packageList(Os os) {
    return switch (os.id()) {
      case "ubuntu", "debian" -> "ubuntu";
      case "kylin", "openeuler" -> "kylin";
      default -> "rhel";
    };
  }

  private static Verdict snaps(Subject s, Limits l) {
    return Verdict.of(
        s.facts().files().snaps(),
        snaps ->
            none(
                snaps.stream().filter(l.words("snaps")::contains).toList(),
                "none of: " + String.join(", ", l.words("snaps"))));
  }

  private static Verdict stray(Subject s, Limits l) {
    return Verdict.of(
        s.facts().files().localBinaries(),
        found -> left(s, found, "none of Docker's, containerd's or Kubernetes's under /usr/local"));
  }

  private static Verdict runtimes(Subject s, Limits l) {
    return Verdict.of(
        s.facts().files().runtimes(),
        found ->
            left(
                s,
                found.stream().filter(path -> !path.startsWith("/usr/bin/")).toList(),
                "docker, containerd and runc under /usr/bin only"));
  }

  private static Verdict none(List<String> found, String wanted) {
    return Verdict.when(
        found.isEmpty(), found.isEmpty() ? "none" : String.join(", ", found), wanted);
  }

  private static Fact<PathKind> path(Subject s, String path) {
    return s.facts()
        .files()
        .paths()
        .getOrDefault(path, Fact.unknown("the probe does not look at " + path));
  }

  private static Verdict absent(Subject s, Limits l) {
    return paths(s, l.words("absent"), false, "absent: ");
  }

  /** Its own device may be mounted there already (000, table 2-2). */
  private static Verdict empty(Subject s, Limits l) {
    return paths(s, l.words("may-be-empty"), true, "absent or empty: ");
  }

  private static Verdict containerdRoot(Subject s, Limits l) {
    return paths(s, List.of(s.spec().containerdRoot()), true, "absent or empty: ");
  }

  private static Verdict paths(Subject s, List<String> wanted, boolean emptyIsFine, String what) {
    List<String> there = new ArrayList<>();
    for (String path : wanted) {
      Fact<PathKind> fact = path(s, path);
      if (fact instanceof Fact.Unknown<PathKind> unknown) {
        return Verdict.unknown(unknown.why());
      }
      PathKind kind = fact.asOptional().orElseThrow();
      if (kind != PathKind.MISSING && !(kind == PathKind.EMPTY && emptyIsFine)) {
        there.add(path);
      }
    }
    return left(s, there, what + String.join(", ", wanted));
  }

  private static Verdict left(Subject s, List<String> there, String wanted) {
    if (!there.isEmpty() && s.heldByUs()) {
      return Verdict.good("held by acp: " + String.join(", ", there));
    }
    return Verdict.when(
        there.isEmpty(), there.isEmpty() ? "absent" : String.join(", ", there), wanted);
  }

  private static Verdict foreign(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().cluster(),
        cluster -> {
          if (cluster.isEmpty() || cluster.equals(s.cluster())) {
            return Verdict.good(cluster.isEmpty() ? "no record of acp" : "held by acp");
          }
          return Verdict.bad(
              "acp's record of cluster " + cluster.get(), "no record of another cluster");
        });
  }
}
