package dev.acp.value;

import java.util.Optional;

/** A machine's architecture, by the name that Go, OCI and Debian share. */
public enum Arch {
  AMD64("amd64", "x86_64"),
  ARM64("arm64", "aarch64");

  private final String id;
  private final String machine;

  Arch(String id, String machine) {
    this.id = id;
    this.machine = machine;
  }

  /** As packages and images name it: amd64, arm64. */
  public String id() {
    return id;
  }

  /** As {@code uname -m} prints it: x86_64, aarch64. */
  public String machine() {
    return machine;
  }

  public static Optional<Arch> byId(String id) {
    for (Arch arch : values()) {
      if (arch.id.equals(id)) {
        return Optional.of(arch);
      }
    }
    return Optional.empty();
  }

  public static Optional<Arch> byMachine(String machine) {
    for (Arch arch : values()) {
      if (arch.machine.equals(machine)) {
        return Optional.of(arch);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return id;
  }
}
