package dev.acp.check;

import dev.acp.cluster.ClusterSpec.Checks;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.file.Res;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The checks of res/check-list.yaml, in their order.
 *
 * @param overrides what was changed, and by what, in words
 * @param disabled ids that the cluster file switches off; they answer with skip and that reason
 */
public record CheckList(List<Check> checks, Set<String> disabled, List<String> overrides) {
  private static final Path SITE = Path.of("/etc/acp/check-list.d");

  public CheckList {
    checks = List.copyOf(checks);
    disabled = Set.copyOf(disabled);
    overrides = List.copyOf(overrides);
  }

  /** The product's list. */
  public static CheckList load() {
    return read("res/check-list.yaml", Res.bytes("check-list.yaml"));
  }

  /**
   * The product's list as this machine's /etc/acp/check-list.d changes it.
   *
   * @throws AcpException CLUSTER_FILE_INVALID with file and line where a file there is wrong
   */
  public static CheckList ofSite() {
    return load().with(SITE);
  }

  static CheckList read(String name, byte[] content) {
    Problems problems = new Problems(name);
    List<Check> all = new ArrayList<>();
    Yaml.read(content, problems)
        .ifPresent(
            top -> {
              top.only("checks");
              for (YamlValue item : top.list("checks")) {
                item.asMap().flatMap(CheckList::check).ifPresent(all::add);
              }
            });
    problems.throwIfAny(FaultCode.INTERNAL);
    return new CheckList(all, Set.of(), List.of());
  }

  private static Optional<Check> check(YamlMap map) {
    map.only("id", "group", "severity", "machineWide", "when", "limits", "fix", "sources");
    Optional<String> id = map.needString("id");
    Optional<Check.Severity> severity =
        map.need("severity").flatMap(v -> v.as(CheckList::severity, "fail or warn"));
    Optional<String> group = map.needString("group");
    map.need("sources");
    if (id.isEmpty() || severity.isEmpty() || group.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Check(
            id.get(),
            group.get(),
            severity.get(),
            map.bool("machineWide", false),
            map.map("when").map(When::read).orElse(When.ALWAYS),
            map.map("limits").map(Limits::read).orElse(Limits.none()),
            map.string("fix"),
            map.strings("sources")));
  }

  private static Optional<Check.Severity> severity(String text) {
    return switch (text) {
      case "fail" -> Optional.of(Check.Severity.FAIL);
      case "warn" -> Optional.of(Check.Severity.WARN);
      default -> Optional.empty();
    };
  }

  public Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    checks.forEach(c -> ids.add(c.id()));
    return ids;
  }

  /**
   * The list as the cluster file changes it: checks switched off, and limits as {@code CHECK.LIMIT:
   * value}.
   *
   * @throws AcpException CLUSTER_FILE_INVALID where it names what is not there
   */
  public CheckList with(Checks overrides) {
    need(overrides.disable(), FaultCode.CLUSTER_FILE_INVALID);
    List<Check> changed = new ArrayList<>(checks);
    for (Map.Entry<String, String> limit : overrides.limits().entrySet()) {
      int dot = limit.getKey().indexOf('.');
      String id = dot < 0 ? limit.getKey() : limit.getKey().substring(0, dot);
      need(List.of(id), FaultCode.CLUSTER_FILE_INVALID);
      String name = limit.getKey().substring(dot + 1);
      for (int i = 0; i < changed.size(); i++) {
        Check check = changed.get(i);
        if (check.id().equals(id)) {
          Limits limits =
              check
                  .limits()
                  .with(name, limit.getValue())
                  .orElseThrow(() -> wrongLimit(check, limit.getKey(), limit.getValue()));
          changed.set(i, check.with(limits));
        }
      }
    }
    return changed(changed, overrides, "the cluster file");
  }

  /**
   * The list for machines that no cluster file has given a role: how many control planes there will
   * be is not known, and the report says what was judged.
   *
   * @param capacity the profile that was taken
   */
  public CheckList withoutFile(String capacity) {
    Set<String> off = new TreeSet<>(disabled);
    off.add("control-plane-count");
    List<String> told = new ArrayList<>(overrides);
    told.add(
        "no cluster file: each machine is judged as a control plane, the capacity as "
            + capacity
            + "; control-plane-count is switched off");
    return new CheckList(checks, off, told);
  }

  private CheckList changed(List<Check> changed, Checks by, String source) {
    Set<String> off = new TreeSet<>(disabled);
    off.addAll(by.disable());
    List<String> told = new ArrayList<>(overrides);
    by.disable().forEach(id -> told.add(id + " switched off by " + source));
    by.limits().forEach((limit, value) -> told.add(limit + " = " + value + " by " + source));
    return new CheckList(changed, off, told);
  }

  /**
   * The list as the files of a folder change it (/etc/acp/check-list.d/*.yaml, in the order of
   * their names): {@code disable: [ID]} and {@code limits: {CHECK.LIMIT: value}}, never logic.
   *
   * @throws AcpException CLUSTER_FILE_INVALID with file and line where one names what is not there
   */
  public CheckList with(Path folder) {
    if (!Files.isDirectory(folder)) {
      return this;
    }
    CheckList list = this;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        list = list.withFile(file.toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, folder + " cannot be read: " + e, e);
    }
    return list;
  }

  private CheckList withFile(String name, byte[] content) {
    Problems problems = new Problems(name);
    List<Check> changed = new ArrayList<>(checks);
    List<String> off = new ArrayList<>();
    Map<String, String> limits = new LinkedHashMap<>();
    Yaml.read(content, problems)
        .ifPresent(
            top -> {
              top.only("disable", "limits");
              for (YamlValue id : top.list("disable")) {
                id.as(t -> ids().contains(t) ? Optional.of(t) : Optional.empty(), "a check's id")
                    .ifPresent(off::add);
              }
              top.map("limits")
                  .ifPresent(
                      map ->
                          map.entries()
                              .forEach(
                                  (key, value) -> {
                                    value.as(
                                        t -> set(changed, key, t),
                                        "a limit of a check, of its type");
                                    value.asString().ifPresent(t -> limits.put(key, t));
                                  }));
            });
    problems.throwIfAny(FaultCode.CLUSTER_FILE_INVALID);
    return changed(changed, new Checks(off, limits), name);
  }

  private static Optional<String> set(List<Check> checks, String key, String value) {
    int dot = key.indexOf('.');
    for (int i = 0; dot > 0 && i < checks.size(); i++) {
      Check check = checks.get(i);
      if (check.id().equals(key.substring(0, dot))) {
        Optional<Limits> limits = check.limits().with(key.substring(dot + 1), value);
        if (limits.isPresent()) {
          checks.set(i, check.with(limits.get()));
          return Optional.of(value);
        }
      }
    }
    return Optional.empty();
  }

  private static AcpException wrongLimit(Check check, String key, String value) {
    return AcpException.of(
        FaultCode.CLUSTER_FILE_INVALID,
        "spec.checks.limits."
            + key
            + " is "
            + value
            + ", which does not fit. The limits of "
            + check.id()
            + " are: "
            + check.limits().values()
            + ".");
  }

  /** Only some checks, or all but some. */
  public CheckList choose(List<String> only, List<String> skip) {
    need(only, FaultCode.USAGE);
    need(skip, FaultCode.USAGE);
    return new CheckList(
        checks.stream()
            .filter(c -> only.isEmpty() || only.contains(c.id()))
            .filter(c -> !skip.contains(c.id()))
            .toList(),
        disabled,
        overrides);
  }

  private void need(List<String> wanted, FaultCode code) {
    for (String id : wanted) {
      if (!ids().contains(id)) {
        throw AcpException.of(
            code,
            "There is no check " + id + ". The checks are: " + String.join(", ", ids()) + ".");
      }
    }
  }
}
