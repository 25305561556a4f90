package dev.acp.change;

/** What the gate saw and did about one change. */
public record Outcome(Change change, Result result, String seen) {
  /** What became of it. */
  public enum Result {
    /** The node had it already. */
    ALREADY,
    /** It differed, and was recorded and done. */
    DONE,
    /** It differs, and a dry run would do it. */
    WOULD
  }
}
