package dev.acp.cli;

import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.openpgp.Signer;
import dev.acp.pack.PackageWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** acp package sign. */
@Command(
    name = "sign",
    description = {
      "Sign a package.",
      "Its manifest, inside the file, and the file itself, as FILE.sig."
    },
    footer = {
      "",
      "Example: acp package sign acp-0.1.0-amd64.tar --key secret.asc --passphrase-from env:PW"
    })
final class PackageSignCommand extends AcpCommand {
  @Parameters(paramLabel = "FILE", description = "The package.")
  private Path file;

  @Mixin private SigningOptions signing;

  PackageSignCommand(Console console) {
    super(console);
    this.signing = new SigningOptions();
  }

  @Override
  public Integer call() {
    Signer signer =
        signing
            .signer(console)
            .orElseThrow(
                () -> AcpException.of(FaultCode.USAGE, "Name a key with --key or --gpg-key."));
    Stop stop = new Stop();
    try (Interrupt interrupt = Interrupt.asks(stop, console)) {
      new PackageWriter(stop).sign(file, signer);
      interrupt.done();
    }
    console.out().println("Signed " + file + "; its signature is " + file + ".sig");
    return 0;
  }
}
