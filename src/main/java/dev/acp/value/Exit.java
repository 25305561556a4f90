package dev.acp.value;

/** The exit codes of acp (contract.md, "Exit codes"). */
public enum Exit {
  DONE(0),
  INTERNAL(1),
  USAGE(2),
  VERIFICATION(3),
  CHECKS(4),
  STAGE(5),
  REFUSED(6),
  INTERRUPTED(130);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
