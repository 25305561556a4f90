package dev.acp.oci;

import java.util.List;
import java.util.Optional;

/**
 * What is to become of one image of a layout in one registry.
 *
 * @param platforms those that are to be served from the layout, such as linux/arm64
 * @param sending what brings that about; empty if the image has none of the platforms wanted
 */
public record SyncPlan(
    ImageRef ref, Action action, List<String> platforms, Optional<Sending> sending) {
  /** What is to be done, seen from the registry. */
  public enum Action {
    /** The image has none of the platforms wanted. */
    OTHER_PLATFORM("other-platform"),
    /** The registry serves every platform wanted, byte for byte. */
    PRESENT("present"),
    /** The registry has nothing under this name. */
    PUSH("push"),
    /** Platforms come to those that the registry has under this name. */
    ADD("add"),
    /** The registry has a platform wanted with other content, which is replaced. */
    REPLACE("replace");

    private final String id;

    Action(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }

  public SyncPlan {
    platforms = List.copyOf(platforms);
  }
}
