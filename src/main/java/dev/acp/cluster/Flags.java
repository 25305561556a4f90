package dev.acp.cluster;

import java.util.Optional;

/** What the command line says about the cluster; it wins over the file (contract.md). */
public record Flags(Optional<String> networkMode, Optional<String> ipFamily) {
  public static Flags none() {
    return new Flags(Optional.empty(), Optional.empty());
  }
}
