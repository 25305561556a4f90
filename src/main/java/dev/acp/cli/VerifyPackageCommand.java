package dev.acp.cli;

import dev.acp.bundle.BundleVerifier;
import dev.acp.bundle.PackageFile;
import dev.acp.bundle.Trust;
import dev.acp.bundle.Verification;
import dev.acp.bundle.VerificationLog;
import dev.acp.cluster.AcpHome;
import dev.acp.event.Stop;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp verify-package. */
@Command(
    name = "verify-package",
    description = {
      "Check the signature of a package or an unpacked bundle, offline.",
      "Of a package its OpenPGP signature; of a bundle its manifest's signature, then every file",
      "against the manifest."
    },
    footer = {
      "",
      "Trusted are the keys in /etc/acp/keys, acp's own, and those named with --key.",
      "Example: acp verify-package acp-4.0-amd64.tar --key vendor.asc"
    })
final class VerifyPackageCommand extends AcpCommand {
  @Parameters(
      paramLabel = "PACKAGE",
      description = "A package (of several parts: the first), or the folder of a bundle.")
  private Path target;

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "The signature; default PACKAGE.sig, then PACKAGE.asc.")
  private Path signature;

  @Mixin private TrustOptions trusted;
  @Mixin private OutputOption output;

  private final HeadStart begun;

  VerifyPackageCommand(Console console, HeadStart begun) {
    super(console);
    this.begun = begun;
    this.trusted = new TrustOptions();
    this.output = new OutputOption();
  }

  @Override
  public Integer call() {
    Verification found;
    try (ProgressLine line = new ProgressLine(console)) {
      found = PackageFile.is(target) ? file(line) : bundle(trusted.trust());
      new VerificationLog(AcpHome.of(console.environment()).folder())
          .add("verify-package", found, line);
    }
    console
        .out()
        .print(
            output.json() ? VerificationReport.json(found) + "\n" : VerificationReport.text(found));
    if (!found.good()) {
      throw found.fault();
    }
    return 0;
  }

  private Verification bundle(Trust trust) {
    return new BundleVerifier(Optional.of(trust), Clock.systemUTC())
        .verify(target, dev.acp.event.Progress.none(), new Stop());
  }

  private Verification file(ProgressLine line) {
    return begun.finish(
        target,
        Optional.ofNullable(signature),
        trusted::trust,
        line.of("Verifying", Sizes.of(target)));
  }
}
