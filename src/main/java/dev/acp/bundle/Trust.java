package dev.acp.bundle;

import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.Keyring;
import java.util.Set;

/** Whom to believe: the trusted keys, and, where some are pinned, only those. */
public record Trust(Keyring keyring, Set<Fingerprint> pinned) {
  public Trust {
    pinned = Set.copyOf(pinned);
  }

  public static Trust in(Keyring keyring) {
    return new Trust(keyring, Set.of());
  }
}
