package dev.acp.change;

import dev.acp.change.Change.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node in memory that keeps the recorder's promises, with a numbered seam after each of its
 * steps; at one of them acp dies. What was started as a unit of its own runs on.
 */
final class ModelNode {
  /** acp's death. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What was recorded: the state before, null for nothing. */
  record Entry(Change change, String before) {}

  final Map<String, String> state = new LinkedHashMap<>();
  final List<Entry> record = new ArrayList<>();
  final Map<String, Integer> runs = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();
  private final Seams seams;

  /** Numbered points, of one node or of several and the journal together; acp dies at one. */
  static final class Seams {
    private int steps;
    private int crashAt;
    private boolean dead;

    /** A new acp, which dies at the n-th seam from now; 0 for never. */
    synchronized void crashAt(int n) {
      steps = 0;
      crashAt = n;
      dead = false;
    }

    /** A dead acp does nothing any more, whatever of it still runs. */
    synchronized void pass() {
      if (dead || ++steps == crashAt) {
        dead = true;
        throw new Crash();
      }
    }

    synchronized int passed() {
      return steps;
    }
  }

  ModelNode() {
    this(new Seams());
  }

  ModelNode(Seams seams) {
    this.seams = seams;
  }

  void crashAt(int n) {
    seams.crashAt(n);
  }

  private void seam() {
    seams.pass();
  }

  /** Takes the record back, as res/record.sh does. */
  void undo() {
    running.clear();
    for (int i = record.size() - 1; i >= 0; i--) {
      Entry e = record.get(i);
      if (e.before() == null) {
        state.remove(e.change().id());
      } else {
        state.put(e.change().id(), e.before());
      }
    }
    record.clear();
  }

  private void keep(Change change) {
    record.add(new Entry(change, state.get(change.id())));
  }

  Recorder recorder() {
    return new Recorder() {
      @Override
      public List<Seen> look(List<Change> wanted) {
        seam();
        return wanted.stream().map(this::one).toList();
      }

      private Seen one(Change change) {
        if (running.containsKey(change.id())) {
          return new Seen(Seen.Word.RUNNING, change.id());
        }
        // a setting of a module that an earlier change has yet to load
        if (change.id().equals("sysctl:late") && !"wanted".equals(state.get("action:load"))) {
          return Seen.unknown("this kernel has no setting late");
        }
        return "wanted".equals(state.get(change.id()))
            ? new Seen(Seen.Word.ALREADY, "")
            : new Seen(Seen.Word.DIFFERS, String.valueOf(state.get(change.id())));
      }

      @Override
      public void apply(List<Change> batch) {
        for (Change change : batch) {
          seam();
          keep(change);
          seam();
          state.put(change.id(), "wanted");
          runs.merge(change.id(), 1, Integer::sum);
          seam();
        }
      }

      @Override
      public void start(Action action) {
        seam();
        keep(action);
        seam();
        running.put(action.id(), 3);
        runs.merge(action.id(), 1, Integer::sum);
        seam();
      }

      @Override
      public Run poll(Action action) {
        seam();
        Integer left = running.get(action.id());
        if (left == null) {
          return new Run(Run.State.GONE, 0, List.of());
        }
        if (left > 1) {
          running.put(action.id(), left - 1);
          return new Run(Run.State.RUNNING, 0, List.of());
        }
        running.remove(action.id());
        state.put(action.id(), "wanted");
        seam();
        return new Run(Run.State.ENDED, 0, List.of());
      }

      @Override
      public void end(Action action) {
        running.remove(action.id());
      }
    };
  }
}
