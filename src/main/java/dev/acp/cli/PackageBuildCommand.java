package dev.acp.cli;

import dev.acp.change.Scripts;
import dev.acp.event.Stop;
import dev.acp.file.ResFolder;
import dev.acp.openpgp.Signer;
import dev.acp.pack.PackagePlan;
import dev.acp.pack.PackageSpec;
import dev.acp.pack.PackageWriter;
import dev.acp.pack.SpecReader;
import dev.acp.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp package build. */
@Command(
    name = "build",
    description = {
      "Make a package from a spec.",
      "Every missing input is named before writing starts."
    },
    footer = {
      "",
      "Example: acp package build spec.yaml --root parts -o acp-0.1.0-amd64.tar --key secret.asc"
    })
final class PackageBuildCommand extends AcpCommand {
  @Parameters(paramLabel = "SPEC", description = "What the package is made of.")
  private Path spec;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "What the spec's paths are relative to; default the spec's folder.")
  private Path root;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The package; its ending .tar, .tar.gz or .tar.zst says how it is packed.")
  private Path output;

  @Mixin private SigningOptions signing;

  PackageBuildCommand(Console console) {
    super(console);
    this.signing = new SigningOptions();
  }

  /** acp's own res/, with the init.sh that works alone on a bare node. */
  private static Map<String, byte[]> ownRes() {
    Map<String, byte[]> files = new TreeMap<>(ResFolder.files());
    files.put("init.sh", Scripts.initSh().getBytes(StandardCharsets.UTF_8));
    return files;
  }

  @Override
  public Integer call() {
    PackageSpec read = SpecReader.read(spec);
    Path from = root != null ? root : spec.toAbsolutePath().getParent();
    Optional<Signer> signer = signing.signer(console);
    PackagePlan plan = PackagePlan.of(read, from, ownRes());
    Stop stop = new Stop();
    try (ProgressLine line = new ProgressLine(console);
        Interrupt interrupt = Interrupt.asks(stop, console)) {
      new PackageWriter(stop)
          .build(
              plan, output, signer, line.of("Writing", Bytes.of(plan.manifest().unpackedSize())));
      interrupt.done();
      if (signer.isEmpty()) {
        line.warning(
            "The package is NOT SIGNED, and acp unpack refuses it. Sign it with:"
                + " acp package sign "
                + output
                + " --key SECRETKEY");
      }
    }
    console
        .out()
        .println(
            "Wrote "
                + output
                + " ("
                + Bytes.of(output.toFile().length())
                + ", "
                + plan.manifest().files().size()
                + " files, "
                + plan.manifest().images().size()
                + " images)"
                + (signer.isPresent() ? " and " + output + ".sig" : ""));
    return 0;
  }
}
