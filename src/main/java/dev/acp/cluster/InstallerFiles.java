package dev.acp.cluster;

/**
 * Where a control plane keeps the copy of what the installer node knows of the cluster: names below
 * one folder, the same as below the cluster's folder on the installer node.
 */
public final class InstallerFiles {
  public static final String FOLDER = "/var/lib/acp/node/installer";
  public static final String DECISIONS = "decisions.json";
  public static final String CLUSTER = "cluster.yaml";
  public static final String PKI = "pki";

  private InstallerFiles() {}
}
