package dev.acp.change;

import dev.acp.file.Content;
import dev.acp.remote.RemotePath;
import dev.acp.value.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A wanted state of one thing on a node: a value, never code. The gate looks at the node, and only
 * what differs is recorded and then changed; the record is enough to take it back.
 */
public sealed interface Change {
  /** Stable and unique within one node's plan: {@code file:/etc/hosts}. */
  String id();

  /** What a person reads in a dry run: "write", "start", "set". */
  String verb();

  /** Path, unit, key or title, for a person. */
  String subject();

  /**
   * A whole file. Folders above it that are missing are made (0755, root) and recorded too.
   *
   * @param mode octal, {@code 0644}
   */
  record PutFile(RemotePath path, String mode, Content content) implements Change {
    @Override
    public String id() {
      return "file:" + path;
    }

    @Override
    public String verb() {
      return "write";
    }

    @Override
    public String subject() {
      return path.text();
    }
  }

  /** Lines of ours between two marks in a file that others own too, such as /etc/hosts. */
  record FileBlock(RemotePath path, String name, String text) implements Change {
    @Override
    public String id() {
      return "block:" + path + "#" + name;
    }

    @Override
    public String verb() {
      return "edit";
    }

    @Override
    public String subject() {
      return path.text();
    }
  }

  /**
   * A systemd unit that is enabled and runs, or neither.
   *
   * @param stamp a digest of the files that the unit reads; where the node's stamp differs, the
   *     unit is restarted (never by file times)
   * @param reads paths of these files: where one of them was damaged and is put back as it was, the
   *     stamp is the same, and yet the unit may run by the damaged one; it is restarted as well
   */
  record UnitState(String unit, boolean wanted, Optional<Digest> stamp, List<RemotePath> reads)
      implements Change {
    public UnitState {
      reads = List.copyOf(reads);
    }

    public UnitState(String unit, boolean wanted, Optional<Digest> stamp) {
      this(unit, wanted, stamp, List.of());
    }

    /** A unit that runs, and is restarted when one of these files is another one. */
    public static UnitState running(String unit, List<PutFile> files) {
      String all =
          files.stream()
              .map(f -> f.path() + " " + f.mode() + " " + f.content().digest().hex() + "\n")
              .collect(Collectors.joining());
      return new UnitState(
          unit, true, Optional.of(Digest.ofText(all)), files.stream().map(PutFile::path).toList());
    }

    @Override
    public String id() {
      return "unit:" + unit;
    }

    @Override
    public String verb() {
      return wanted ? "run" : "stop";
    }

    @Override
    public String subject() {
      return unit;
    }
  }

  /** The running value of one sysctl key; what holds it at boot is a PutFile of its own. */
  record KernelSetting(String key, String value) implements Change {
    @Override
    public String id() {
      return "sysctl:" + key;
    }

    @Override
    public String verb() {
      return "set";
    }

    @Override
    public String subject() {
      return key + "=" + value;
    }
  }

  /**
   * A step that only a program can take: installing packages, kubeadm init. Its script
   * (res/actions/) answers to three words: {@code observe} prints done, absent or partial (anything
   * else, or a failure, is "cannot tell" and stops); {@code apply}; {@code undo}. The script and
   * its arguments are kept in the node's record, so that undo needs nothing else.
   *
   * @param script file name below res/actions/
   * @param args passed after the word; they are kept on the node (0600) and so hold no secret
   *     beyond what the node has anyway
   * @param detached runs apply as a named transient unit under the node's lock; a resumed run
   *     attaches to it, or reads the result of what a killed run started
   */
  record Action(String name, String script, List<String> args, Duration limit, boolean detached)
      implements Change {
    public Action {
      args = List.copyOf(args);
    }

    @Override
    public String id() {
      return "action:" + name;
    }

    @Override
    public String verb() {
      return "do";
    }

    @Override
    public String subject() {
      return name;
    }
  }

  /**
   * What a program that is about to start will leave behind; declared before it starts, taken away
   * by undo unless it was there before.
   */
  record Leaves(Kind kind, String name) implements Change {
    /**
     * What it is; the name's form follows: a path, an interface (or prefix*), a chain prefix, ...
     */
    public enum Kind {
      /** A tree wholly of our programs: new entries go, or all of it where it was not there. */
      PATH,
      /**
       * A folder that our programs only make, or mount from: it goes if it was not there before and
       * is empty.
       */
      FOLDER,
      LINK,
      CHAIN,
      IPSET,
      ROUTE,
      MOUNT,
      SYSCTL
    }

    @Override
    public String id() {
      return "leaves:" + kind.name().toLowerCase(java.util.Locale.ROOT) + ":" + name;
    }

    @Override
    public String verb() {
      return "declare";
    }

    @Override
    public String subject() {
      return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + name;
    }
  }
}
