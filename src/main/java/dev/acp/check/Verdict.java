package dev.acp.check;

import dev.acp.node.Fact;
import java.util.List;
import java.util.function.Function;

/** What a judge found: what is there and what is wanted, in words. */
public record Verdict(Outcome outcome, String seen, String wanted, List<String> evidence) {
  /** GOOD and BAD are judgements; whether BAD is a failure or a warning, the list says. */
  public enum Outcome {
    GOOD,
    BAD,
    /** Less than bad, whatever the list says. */
    ADVICE,
    /** It does not apply here; seen says why. */
    SKIPPED,
    /** It cannot be told; seen says why. */
    UNKNOWN
  }

  public Verdict {
    evidence = List.copyOf(evidence);
  }

  static Verdict good(String seen) {
    return new Verdict(Outcome.GOOD, seen, "", List.of());
  }

  static Verdict bad(String seen, String wanted) {
    return new Verdict(Outcome.BAD, seen, wanted, List.of());
  }

  static Verdict advice(String seen, String wanted) {
    return new Verdict(Outcome.ADVICE, seen, wanted, List.of());
  }

  static Verdict skipped(String why) {
    return new Verdict(Outcome.SKIPPED, why, "", List.of());
  }

  static Verdict unknown(String why) {
    return new Verdict(Outcome.UNKNOWN, why, "", List.of());
  }

  static Verdict when(boolean good, String seen, String wanted) {
    return good ? good(seen) : bad(seen, wanted);
  }

  /** Judges a known fact, with its raw text as evidence; an unknown one can never be good. */
  static <T> Verdict of(Fact<T> fact, Function<T, Verdict> judge) {
    if (fact instanceof Fact.Unknown<T> unknown) {
      return unknown(unknown.why());
    }
    Fact.Known<T> known = (Fact.Known<T>) fact;
    Verdict verdict = judge.apply(known.value());
    if (!verdict.evidence().isEmpty() || verdict.outcome() == Outcome.GOOD) {
      return verdict;
    }
    List<String> raw = known.raw().lines().limit(20).toList();
    return new Verdict(verdict.outcome(), verdict.seen(), verdict.wanted(), raw);
  }

  boolean isGood() {
    return outcome == Outcome.GOOD;
  }
}
