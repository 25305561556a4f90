package dev.acp.pack;

import java.util.List;
import java.util.function.Function;

/** Two specs of one package differ in what belongs to an architecture, and in nothing else. */
final class Alike {
  /** What both must have, and have equal; that it is equal is found where the files are put. */
  private static final List<String> SHARED = List.of("charts/", "network/", "res/");

  private Alike() {}

  /** Adds a problem for each difference. */
  static void check(List<Planner.One> all) {
    Planner.One first = all.get(0);
    for (Planner.One other : all.subList(1, all.size())) {
      same(first, other, "the product", PackageSpec::product);
      same(first, other, "the version", PackageSpec::version);
      same(first, other, "acp", s -> s.acpAtLeast() + " " + s.acpBecause());
      only(first, other);
      only(other, first);
    }
  }

  private static void same(
      Planner.One one, Planner.One other, String what, Function<PackageSpec, Object> field) {
    Object a = field.apply(one.spec());
    Object b = field.apply(other.spec());
    if (!a.equals(b)) {
      other
          .problems()
          .add(0, what + " is " + b, one.spec().file() + " has " + a + ", and one package has one");
    }
  }

  private static void only(Planner.One one, Planner.One other) {
    for (String path : one.inputs().own()) {
      if (SHARED.stream().anyMatch(path::startsWith) && !other.inputs().own().contains(path)) {
        other
            .problems()
            .add(
                0,
                path + " is missing",
                one.spec().file() + " has it, as " + one.inputs().files().get(path).origin());
      }
    }
  }
}
