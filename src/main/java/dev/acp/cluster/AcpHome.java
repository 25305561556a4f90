package dev.acp.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where acp keeps its things on the installer node (contract.md, "Where things are kept"): the
 * environment variable ACP_HOME, else /var/lib/acp with the logs in /var/log/acp.
 *
 * @param folder a folder for each cluster, and the record of verifications
 * @param logs one file a run
 */
public record AcpHome(Path folder, Path logs) {
  private static final AcpHome USUAL =
      new AcpHome(Path.of("/var/lib/acp"), Path.of("/var/log/acp"));

  /**
   * @param environment as {@link System#getenv()} gives it
   */
  public static AcpHome of(Map<String, String> environment) {
    String moved = environment.getOrDefault("ACP_HOME", "");
    return moved.isEmpty() ? USUAL : new AcpHome(Path.of(moved), Path.of(moved).resolve("log"));
  }
}
