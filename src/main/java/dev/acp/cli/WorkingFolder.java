package dev.acp.cli;

import java.nio.file.Path;

/** Where acp keeps its things on the installer node. */
final class WorkingFolder {
  private static final String DEFAULT = "/var/lib/acp";

  private WorkingFolder() {}

  /** ACP_HOME, or /var/lib/acp. */
  static Path of(Console console) {
    String home = console.environment().getOrDefault("ACP_HOME", "");
    return Path.of(home.isEmpty() ? DEFAULT : home);
  }
}
