package dev.acp.fault;

/**
 * One mistake in a file that somebody wrote: which file, which line (1 being the first, 0 where the
 * whole file is meant), what is there, and what would be right.
 */
public record Problem(String file, int line, String what, String wanted) {
  @Override
  public String toString() {
    String place = line > 0 ? file + ":" + line : file;
    return place + ": " + what + (wanted.isEmpty() ? "" : " (" + wanted + ")");
  }
}
