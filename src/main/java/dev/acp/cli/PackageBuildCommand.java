package dev.acp.cli;

import dev.acp.change.Scripts;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.ResFolder;
import dev.acp.oci.Scratch;
import dev.acp.openpgp.Signer;
import dev.acp.pack.PackagePlan;
import dev.acp.pack.PackageSpec;
import dev.acp.pack.PackageWriter;
import dev.acp.pack.SpecReader;
import dev.acp.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
  @Parameters(
      paramLabel = "SPEC",
      arity = "1..2",
      description = "What the package is made of; two of them for --arch hybrid.")
  private List<Path> specs;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "What the spec's paths are relative to; default the spec's folder.")
  private Path root;

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description = {
        "amd64, arm64 or hybrid; default the spec's.",
        "With hybrid, a spec for amd64 and one for arm64 become one package for both."
      })
  private String arch;

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
    PackageWriter.place(output);
    List<PackageSpec> read =
        specs.stream().map(s -> SpecReader.read(s, Optional.ofNullable(root))).toList();
    archs(read);
    Optional<Signer> signer = signing.signer(console);
    if (console.terminal()) {
      console.err().println("Looking at every input before anything is written ...");
    }
    try (Scratch scratch = new Scratch(scratchFolder())) {
      write(
          PackagePlan.of(
              read, new PackagePlan.Maker(ownRes(), VersionCommand.VERSION, epoch(), scratch)),
          signer);
    }
    return 0;
  }

  /** The time that the build's surroundings state (reproducible-builds.org, SOURCE_DATE_EPOCH). */
  private Optional<Instant> epoch() {
    String text = console.environment().getOrDefault("SOURCE_DATE_EPOCH", "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("\\d{1,11}")) {
      throw AcpException.of(
          FaultCode.USAGE, "SOURCE_DATE_EPOCH is " + text + ", not seconds since 1970.");
    }
    return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
  }

  /** Beside the package, where there is room for something of its size. */
  private Path scratchFolder() {
    return output.resolveSibling("." + output.getFileName() + ".scratch");
  }

  private void archs(List<PackageSpec> read) {
    List<String> archs = read.stream().map(PackageSpec::arch).sorted().toList();
    boolean fits =
        read.size() == 2
            ? "hybrid".equals(arch) && archs.equals(List.of("amd64", "arm64"))
            : arch == null || archs.equals(List.of(arch));
    if (!fits) {
      throw AcpException.of(
          FaultCode.USAGE,
          "One spec makes a package for its own architecture, and one for amd64 with one for arm64"
              + " make --arch hybrid; but given were "
              + (arch == null ? "no --arch" : "--arch " + arch)
              + " and specs for "
              + String.join(", ", archs)
              + ".");
    }
  }

  private void write(PackagePlan plan, Optional<Signer> signer) {
    Stop stop = new Stop();
    try (ProgressLine line = new ProgressLine(console);
        Interrupt interrupt = Interrupt.asks(stop)) {
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
  }
}
