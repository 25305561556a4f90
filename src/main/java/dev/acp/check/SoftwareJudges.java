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
    all.put("conflicting-packages", SoftwareJudges::packages);
    all.put("stale-paths", SoftwareJudges::stalePaths);
    all.put("kubelet-absent", SoftwareJudges::kubelet);
    all.put("foreign-cluster", SoftwareJudges::foreign);
  }

  private static Fact<Optional<String>> tool(Subject s, String name) {
    return s.facts()
        .files()
        .tools()
        .getOrDefault(name, Fact.unknown("the probe does not look for " + name));
  }

  private static Verdict tools(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().os(),
        os -> {
          List<String> wanted = new ArrayList<>(l.words("tools"));
          if (os.id().equals("openeuler")) {
            wanted.addAll(l.words("openeuler"));
          }
          List<String> missing = new ArrayList<>();
          for (String name : wanted) {
            Fact<Optional<String>> fact = tool(s, name);
            if (fact instanceof Fact.Unknown<Optional<String>> unknown) {
              return Verdict.unknown(unknown.why());
            }
            if (fact.asOptional().flatMap(path -> path).isEmpty()) {
              missing.add(name);
            }
          }
          boolean one =
              l.words("one-of").stream()
                  .anyMatch(name -> tool(s, name).asOptional().flatMap(path -> path).isPresent());
          if (!one) {
            missing.add(String.join(" or ", l.words("one-of")));
          }
          return Verdict.when(
              missing.isEmpty(),
              missing.isEmpty() ? "all there" : "missing: " + String.join(", ", missing),
              String.join(", ", wanted) + ", and " + String.join(" or ", l.words("one-of")));
        });
  }

  /** The guide looks for each name anywhere in a package's name (grep -F). */
  private static Verdict packages(Subject s, Limits l) {
    if (s.heldByUs()) {
      return Verdict.good("held by acp");
    }
    return Verdict.of(
        s.facts().system().os(),
        os ->
            Verdict.of(
                s.facts().files().packages(),
                installed ->
                    Verdict.of(
                        s.facts().files().snaps(), snaps -> packages(l, os, installed, snaps))));
  }

  private static Verdict packages(Limits l, Os os, List<String> installed, List<String> snaps) {
    String list =
        switch (os.id()) {
          case "ubuntu", "debian" -> "ubuntu";
          case "kylin", "openeuler" -> "kylin";
          default -> "rhel";
        };
    List<String> found = new ArrayList<>();
    installed.stream()
        .filter(name -> l.words(list).stream().anyMatch(name::contains))
        .forEach(found::add);
    snaps.stream()
        .filter(name -> l.words("snaps").stream().anyMatch(name::contains))
        .forEach(name -> found.add("snap " + name));
    return Verdict.when(
        found.isEmpty(),
        found.isEmpty() ? "none" : String.join(", ", found),
        "none of: " + String.join(", ", l.words(list)));
  }

  private static Fact<PathKind> path(Subject s, String path) {
    return s.facts()
        .files()
        .paths()
        .getOrDefault(path, Fact.unknown("the probe does not look at " + path));
  }

  private static Verdict stalePaths(Subject s, Limits l) {
    List<String> wanted = new ArrayList<>(l.words("paths"));
    l.words("may-be-empty").stream().filter(p -> !wanted.contains(p)).forEach(wanted::add);
    if (!wanted.contains(s.spec().containerdRoot())) {
      wanted.add(s.spec().containerdRoot());
    }
    List<String> there = new ArrayList<>();
    for (String path : wanted) {
      // Its own device may be mounted there already (000, table 2-2).
      boolean emptyIsFine =
          l.words("may-be-empty").contains(path) || path.equals(s.spec().containerdRoot());
      Verdict one =
          Verdict.of(
              path(s, path),
              kind ->
                  kind == PathKind.MISSING || (kind == PathKind.EMPTY && emptyIsFine)
                      ? Verdict.good("")
                      : Verdict.bad(path, ""));
      if (one.outcome() == Verdict.Outcome.UNKNOWN) {
        return one;
      }
      if (!one.isGood()) {
        there.add(path);
      }
    }
    return left(
        s,
        there,
        "absent (these may be empty: " + String.join(", ", l.words("may-be-empty")) + ")");
  }

  private static Verdict kubelet(Subject s, Limits l) {
    List<String> there = new ArrayList<>();
    for (String path : l.words("paths")) {
      Verdict one =
          Verdict.of(
              path(s, path),
              kind -> kind == PathKind.MISSING ? Verdict.good("") : Verdict.bad(path, ""));
      if (one.outcome() == Verdict.Outcome.UNKNOWN) {
        return one;
      }
      if (!one.isGood()) {
        there.add(path);
      }
    }
    return left(s, there, "absent; a node belongs to one cluster");
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
