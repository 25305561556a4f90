package dev.acp.change;

/**
 * What the recorder saw of one change, or "unknown" with the reason; silence is unknown as well.
 */
record Seen(Word word, String detail) {
  /** The recorder's words. */
  enum Word {
    ALREADY,
    DIFFERS,
    /** A detached action of this name is under way: an earlier run's, or this one's. */
    RUNNING,
    UNKNOWN
  }

  static Seen unknown(String why) {
    return new Seen(Word.UNKNOWN, why);
  }
}
