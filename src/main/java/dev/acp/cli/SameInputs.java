package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.bundle.Manifest;
import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ResolvedFile;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a run of setup to the cluster file and package that the cluster was begun with: what
 * differs is said; it is refused, once a node was touched, unless it may change.
 */
final class SameInputs {
  private final ClusterHome home;
  private final Events events;

  SameInputs(ClusterHome home, Events events) {
    this.home = home;
    this.events = events;
  }

  /**
   * Compares, and keeps what is wanted now.
   *
   * @param touched some node carries this cluster's record already
   * @throws AcpException INPUT_CHANGED with every difference
   */
  void hold(ClusterSpec spec, Bundle bundle, boolean touched) throws IOException {
    hold(spec, identity(bundle), touched);
  }

  /** With the package as "PRODUCT VERSION ARCH DIGEST". */
  void hold(ClusterSpec spec, String from, boolean touched) throws IOException {
    if (touched) {
      List<String> refused = new ArrayList<>();
      Path kept = home.resolvedFile();
      if (Files.exists(kept)) {
        ClusterSpec then = ResolvedFile.read(kept.toString(), Files.readAllBytes(kept));
        refused.addAll(ResolvedFile.differences(then, spec));
        ResolvedFile.dropped(then, spec).stream()
            .filter(node -> !node.isControlPlane())
            .forEach(
                node ->
                    events.warning(
                        node.name()
                            + " is no longer in the cluster file; it stays in the cluster until acp"
                            + " remove-node, with a file that names it, takes it out"));
      }
      refused.addAll(otherPackage(from));
      if (!refused.isEmpty()) {
        throw new AcpException(
            Fault.of(
                    FaultCode.INPUT_CHANGED,
                    "The cluster file or the package differs from those of the first run in what"
                        + " cannot change later; that cluster file is kept as "
                        + kept
                        + ".")
                .withEvidence(refused));
      }
    }
    AtomicFile.write(
        home.resolvedFile(),
        ResolvedFile.write(spec).getBytes(StandardCharsets.UTF_8),
        "rw-------");
    AtomicFile.write(
        home.packageFile(), (from + "\n").getBytes(StandardCharsets.UTF_8), "rw-------");
  }

  /**
   * Another build of the same version, or one for more architectures, may take over; it is said.
   */
  private List<String> otherPackage(String now) throws IOException {
    if (!Files.exists(home.packageFile())) {
      return List.of();
    }
    String was = Files.readString(home.packageFile()).strip();
    if (was.equals(now)) {
      return List.of();
    }
    if (release(was).equals(release(now))) {
      events.warning("the package is another one of the same version: was " + was + ", is " + now);
      return List.of();
    }
    return List.of("package: was " + release(was) + ", is now " + release(now));
  }

  /** "PRODUCT VERSION ARCH MANIFEST-DIGEST"; no part holds a space but a product's name. */
  private static String identity(Bundle bundle) throws IOException {
    Manifest manifest = bundle.manifest();
    return manifest.product()
        + " "
        + manifest.version()
        + " "
        + manifest.arch()
        + " "
        + Digest.ofFile(bundle.root().resolve(Manifest.NAME)).oci();
  }

  private static String release(String identity) {
    String[] words = identity.split(" ", -1);
    int end = Math.max(0, words.length - 2);
    return String.join(" ", List.of(words).subList(0, end));
  }
}
