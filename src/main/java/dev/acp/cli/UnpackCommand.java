package dev.acp.cli;

import dev.acp.bundle.Unpacker;
import dev.acp.bundle.VerificationLog;
import dev.acp.cluster.AcpHome;
import dev.acp.event.Stop;
import dev.acp.value.Bytes;
import dev.acp.value.Version;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** acp unpack. */
@Command(
    name = "unpack",
    description = {
      "Verify and unpack a package in one read.",
      "Nothing is visible under DIR/installer until the signature, the manifest's signature and every",
      "file's digest hold."
    },
    footer = {"", "Example: acp unpack acp-4.0-amd64.tar -C /opt/acp --key vendor.asc"})
final class UnpackCommand extends AcpCommand {
  @Parameters(
      paramLabel = "PACKAGE",
      description = "The package: .tar, .tar.gz or .tar.zst; of several parts the first.")
  private Path file;

  @Option(
      names = {"-C", "--directory"},
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where installer/ is to be; default the current folder.")
  private Path target = Path.of(".");

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "The signature; default PACKAGE.sig, then PACKAGE.asc.")
  private Path signature;

  @Option(names = "--force", description = "Replace a bundle that is there already.")
  private boolean force;

  @Option(
      names = "--insecure-skip-verify",
      description = "Look at no signature. Whoever made the file becomes root on every node.")
  private boolean insecure;

  @Mixin private TrustOptions trusted;
  @Mixin private OutputOption output;

  UnpackCommand(Console console) {
    super(console);
    this.trusted = new TrustOptions();
    this.output = new OutputOption();
  }

  @Override
  public Integer call() {
    Stop stop = new Stop();
    VerificationLog log = new VerificationLog(AcpHome.of(console.environment()).folder());
    String how = insecure ? "unpack --insecure-skip-verify" : "unpack";
    Unpacker.Result result;
    try (ProgressLine line = new ProgressLine(console);
        Interrupt interrupt = Interrupt.asks(stop, console)) {
      if (insecure) {
        line.warning(
            "NO SIGNATURE IS CHECKED (--insecure-skip-verify). Whoever made "
                + file
                + " becomes root on every node of the cluster. This is recorded.");
      }
      result =
          new Unpacker(Clock.systemUTC(), v -> log.add(how, v, line))
              .unpack(
                  new Unpacker.Request(
                      file,
                      target,
                      Optional.ofNullable(signature),
                      insecure ? Optional.empty() : Optional.of(trusted::trust),
                      force,
                      Version.of(VersionCommand.VERSION)),
                  line.of("Unpacking", Sizes.of(file)),
                  stop);
      interrupt.done();
    }
    console.out().print(output.json() ? json(result) : text(result));
    return 0;
  }

  private String text(Unpacker.Result result) {
    String bundle = result.manifest().product() + " " + result.manifest().version();
    String head = insecure ? "" : VerificationReport.text(result.verification());
    return head
        + (result.already()
            ? String.format(
                "Already:     %s is in %s and intact; nothing was unpacked.\n",
                bundle, result.installer())
            : String.format(
                "Unpacked:    %s to %s (%s, %d files)\n",
                bundle,
                result.installer(),
                Bytes.of(result.manifest().unpackedSize()),
                result.manifest().files().size()));
  }

  private static String json(Unpacker.Result result) {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("installer", result.installer().toString());
    top.put("product", result.manifest().product());
    top.put("version", result.manifest().version());
    top.put("unpackedBytes", result.manifest().unpackedSize());
    top.put("files", result.manifest().files().size());
    top.put("already", result.already());
    top.put("verification", VerificationReport.map(result.verification()));
    return VerificationReport.json(top) + "\n";
  }
}
