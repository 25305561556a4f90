package dev.acp.cli;

import dev.acp.bundle.Bundle;
import dev.acp.bundle.BundleVerifier;
import dev.acp.bundle.Trust;
import dev.acp.bundle.Verification;
import dev.acp.bundle.VerificationLog;
import dev.acp.cluster.AcpHome;
import dev.acp.cluster.ClusterFile;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Flags;
import dev.acp.cluster.Offer;
import dev.acp.cluster.Resolver;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which cluster, with which bundle: for every command that works on nodes. */
final class ClusterOptions {
  private static final long MOST_BYTES = 4 << 20;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "CLUSTER",
      description = "The cluster file (samples/ has one for each common case).")
  private Path file;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description = "The folder installer/ of an unpacked package.")
  private Path bundle;

  @Option(
      names = "--network-mode",
      paramLabel = "MODE",
      completionCandidates = Candidates.NetworkModes.class,
      description = "Wins over the file: kube-ovn, calico, or another that the bundle carries.")
  private String networkMode;

  @Option(
      names = "--ip-family",
      paramLabel = "ipv4|ipv6|dual",
      completionCandidates = Candidates.IpFamilies.class,
      description = "Wins over the file.")
  private String ipFamily;

  @Option(
      names = "--check-bundle",
      description = "First hold every file of the bundle to its signed manifest; setup.sh does so.")
  private boolean checkBundle;

  @Mixin private TrustOptions trusted = new TrustOptions();

  /**
   * The bundle, its manifest's signature checked, and with --check-bundle every file too; empty
   * where none was named.
   */
  Optional<Bundle> bundle(Console console) {
    if (bundle == null) {
      return Optional.empty();
    }
    Trust trust = trusted.trust();
    Bundle opened = Bundle.open(bundle, Optional.of(trust));
    if (checkBundle) {
      whole(opened, trust, console);
    }
    return Optional.of(opened);
  }

  private static void whole(Bundle bundle, Trust trust, Console console) {
    console.err().println(Texts.of(console.lang()).get("bundle.checking"));
    try (ProgressLine line = new ProgressLine(console)) {
      Verification found =
          new BundleVerifier(Optional.of(trust), Clock.systemUTC())
              .verify(
                  bundle.root(),
                  line.of("Checking", Bytes.of(bundle.manifest().unpackedSize())),
                  new Stop());
      new VerificationLog(AcpHome.of(console.environment()).folder())
          .add("check-bundle", found, line);
      if (!found.good()) {
        throw found.fault();
      }
    }
  }

  Bundle needBundle(Console console) {
    return bundle(console)
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.BUNDLE_INVALID, "Which bundle? --bundle DIR is missing."));
  }

  private static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it is not there";
    }
    return e instanceof AccessDeniedException ? "access is denied" : e.getMessage();
  }

  /** To be asked before long work. */
  void needFile() {
    if (file == null) {
      throw AcpException.of(
          FaultCode.USAGE, "Which cluster? -f CLUSTER is missing, the cluster file.");
    }
  }

  /** The cluster file with every default filled in and every rule checked. */
  ClusterSpec spec(Console console, Optional<Offer> offer) {
    needFile();
    byte[] content;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw AcpException.of(
            FaultCode.FILE_UNREADABLE, file + " is larger than 4 MiB; that is no cluster file.");
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          "The cluster file " + file + " cannot be read: " + why(e) + ".",
          e);
    }
    return new Resolver(userHome(console))
        .resolve(ClusterFile.read(file.toString(), content), flags(), offer);
  }

  /** True where -f was given. */
  boolean hasFile() {
    return file != null;
  }

  /** What the command line says besides the file. */
  Flags flags() {
    return new Flags(Optional.ofNullable(networkMode), Optional.ofNullable(ipFamily));
  }

  /** What ~ means in a path. */
  static Path userHome(Console console) {
    return Path.of(console.environment().getOrDefault("HOME", "/root"));
  }
}
