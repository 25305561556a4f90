package dev.acp.fault;

import java.util.ArrayList;
import java.util.List;

/** Collects every mistake of one input, then throws once. Not for use by several threads. */
public final class Problems {
  private static final int MOST = 100;
  private final String file;
  private final List<Problem> found = new ArrayList<>();

  public Problems(String file) {
    this.file = file;
  }

  public String file() {
    return file;
  }

  public void add(int line, String what, String wanted) {
    Problem problem = new Problem(file, line, what, wanted);
    if (found.size() < MOST && !found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Takes over what was found elsewhere, with the file and line that it has. */
  public void addAll(List<Problem> others) {
    others.stream().filter(p -> found.size() < MOST && !found.contains(p)).forEach(found::add);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** By line, in the order found within one line. */
  public List<Problem> all() {
    return found.stream().sorted(java.util.Comparator.comparingInt(Problem::line)).toList();
  }

  public void throwIfAny(FaultCode code) {
    if (!found.isEmpty()) {
      throw new InvalidInput(code, all());
    }
  }
}
