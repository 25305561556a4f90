package dev.acp.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.check.CheckCases.Case;
import dev.acp.check.Limits.Limit;
import dev.acp.value.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Changes each threshold and each condition of res/check-list.yaml by itself, a little, and looks
 * whether some case is then judged otherwise: a change that nobody sees could be made by mistake.
 * The judges' own comparisons are changed by scripts/mutate-checks.sh.
 */
class ThresholdMutationTest {
  /**
   * Whole cores are judged, so that one percent of arm's share changes nothing; nor does one MHz
   * with a hundredth taken off.
   */
  private static final Map<String, Long> STEPS = Map.of("arm-percent", 25L, "least-mhz", 2L);

  /** A kibibyte is the least that the probe sees; with the shares taken off it is four. */
  private static final long SIZE_STEP = 4096;

  private static final Map<String, List<String>> KERNELS =
      Map.of("4.19", List.of("4.18", "4.20"), "4.0", List.of("3.10", "4.20"));

  private record Mutant(Check check, String what) {}

  private static List<Mutant> mutants() {
    List<Mutant> all = new ArrayList<>();
    for (Check check : CheckList.load().checks()) {
      check
          .limits()
          .values()
          .forEach((name, limit) -> limits(check, name, limit).forEach(all::add));
      conditions(check, all);
      all.add(
          new Mutant(
              new Check(
                  check.id(),
                  check.group(),
                  check.severity(),
                  !check.machineWide(),
                  check.when(),
                  check.limits(),
                  check.fix(),
                  check.sources()),
              check.id() + " machineWide: " + !check.machineWide()));
    }
    return all;
  }

  private static List<Mutant> limits(Check check, String name, Limit limit) {
    List<Limit> others = new ArrayList<>();
    if (limit instanceof Limit.Count count) {
      long step = STEPS.getOrDefault(name, 1L);
      others.add(new Limit.Count(count.value() + step));
      if (count.value() >= step) {
        others.add(new Limit.Count(count.value() - step));
      }
    } else if (limit instanceof Limit.Size size) {
      others.add(new Limit.Size(Bytes.of(size.value().count() + SIZE_STEP)));
      others.add(new Limit.Size(Bytes.of(size.value().count() - SIZE_STEP)));
    } else if (name.equals("storage")) {
      others.add(new Limit.Words(List.of("topolvm")));
      others.add(new Limit.Words(List.of("rook")));
    } else {
      List<String> words = ((Limit.Words) limit).values();
      words.stream()
          .filter(w -> !foundByAnother(w, words))
          .map(w -> without(words, w))
          .map(Limit.Words::new)
          .forEach(others::add);
    }
    return others.stream()
        .map(
            other -> {
              Map<String, Limit> values = new LinkedHashMap<>(check.limits().values());
              values.put(name, other);
              return new Mutant(
                  check.with(new Limits(values)), check.id() + "." + name + ": " + other);
            })
        .toList();
  }

  /** Conflicts are looked for anywhere in a package's name: docker finds podman-docker, too. */
  private static boolean foundByAnother(String word, List<String> words) {
    return words.stream().anyMatch(w -> !w.equals(word) && word.contains(w));
  }

  private static List<String> without(List<String> words, String word) {
    return words.stream().filter(w -> !w.equals(word)).toList();
  }

  private static void conditions(Check check, List<Mutant> all) {
    When w = check.when();
    List<List<String>> lists =
        List.of(w.roles(), w.os(), w.archs(), w.networkModes(), w.families(), w.kubeProxyModes());
    for (int i = 0; i < lists.size(); i++) {
      for (String word : lists.get(i)) {
        List<List<String>> other = new ArrayList<>(lists);
        other.set(i, without(lists.get(i), word));
        all.add(when(check, of(other, w.kernelBelow())));
      }
    }
    if (w.kernelBelow().isPresent()) {
      all.add(when(check, of(lists, Optional.empty())));
      KERNELS
          .get(w.kernelBelow().get())
          .forEach(k -> all.add(when(check, of(lists, Optional.of(k)))));
    }
  }

  private static When of(List<List<String>> l, Optional<String> kernel) {
    return new When(l.get(0), l.get(1), l.get(2), l.get(3), l.get(4), l.get(5), kernel);
  }

  private static Mutant when(Check check, When other) {
    return new Mutant(
        new Check(
            check.id(),
            check.group(),
            check.severity(),
            check.machineWide(),
            other,
            check.limits(),
            check.fix(),
            check.sources()),
        check.id() + " when: " + other);
  }

  private static boolean seen(Mutant mutant, List<Case> cases) {
    CheckList list = new CheckList(List.of(mutant.check()), Set.of(), List.of());
    return cases.stream()
        .anyMatch(c -> c.judged(list).status() != c.status(mutant.check().severity()));
  }

  @Test
  void someCaseSeesEachThresholdAndEachConditionChange() {
    Map<String, List<Case>> cases =
        CheckCases.all().stream().collect(Collectors.groupingBy(Case::check));
    List<Mutant> mutants = mutants();
    TreeSet<String> unseen = new TreeSet<>();
    for (Mutant mutant : mutants) {
      if (!seen(mutant, cases.getOrDefault(mutant.check().id(), List.of()))) {
        unseen.add(mutant.what());
      }
    }
    assertThat(unseen).as("of " + mutants.size() + " changes").isEmpty();
    assertThat(mutants).hasSizeGreaterThan(300);
  }
}
