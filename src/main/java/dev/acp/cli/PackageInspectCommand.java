package dev.acp.cli;

import dev.acp.bundle.Glance;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp package inspect. */
@Command(
    name = "inspect",
    description = {
      "Show what a package or bundle holds and who signed it.",
      "That is what it says of itself: only the first entries are read, and nothing is verified; acp verify-package does that."
    },
    footer = {"", "Example: acp package inspect acp-0.1.0-amd64.tar"})
final class PackageInspectCommand extends AcpCommand {
  @Parameters(paramLabel = "FILE", description = "The package, or the folder of a bundle.")
  private Path file;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Count the public keys in this file as trusted too.")
  private java.util.List<Path> keys = new java.util.ArrayList<>();

  @Mixin private OutputOption output;

  PackageInspectCommand(Console console) {
    super(console);
    this.output = new OutputOption();
  }

  @Override
  public Integer call() {
    Glance glance = Glance.at(file);
    PackageReport report = new PackageReport(glance, SignerClaims.of(glance, keys));
    console.out().print(output.json() ? report.json() + "\n" : report.text());
    return 0;
  }
}
