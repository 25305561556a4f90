package dev.acp.cli;

import dev.acp.bundle.Manifest;
import dev.acp.bundle.PackageFile;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** acp package inspect. */
@Command(
    name = "inspect",
    description = {
      "Show what a package says it holds.",
      "Only its head is read, and nothing is verified; acp verify-package does that."
    },
    footer = {"", "Example: acp package inspect acp-0.1.0-amd64.tar"})
final class PackageInspectCommand extends AcpCommand {
  @Parameters(paramLabel = "FILE", description = "The package.")
  private Path file;

  @Mixin private OutputOption output;

  PackageInspectCommand(Console console) {
    super(console);
    this.output = new OutputOption();
  }

  @Override
  public Integer call() {
    try {
      PackageFile pack = new PackageFile(file);
      PackageFile.Head head = pack.head();
      Map<String, Object> all = map(head, pack.size());
      console.out().print(output.json() ? VerificationReport.json(all) + "\n" : text(all));
      return 0;
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }

  private static Map<String, Object> map(PackageFile.Head head, Bytes size) {
    Manifest m = head.manifest();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("product", m.product());
    all.put("version", m.version());
    all.put("arch", m.arch());
    all.put("needsAcp", m.acpAtLeast().toString());
    all.put("kubernetes", m.kubernetes().stream().map(Object::toString).toList());
    all.put(
        "components",
        m.components().stream().map(c -> c.name() + " " + c.version() + " " + c.arch()).toList());
    all.put("packages", m.packages().stream().map(p -> p.system() + " " + p.arch()).toList());
    all.put("networks", m.networks());
    all.put("charts", m.charts());
    all.put("images", m.images().stream().map(i -> i.ref() + "@" + i.digest().oci()).toList());
    all.put("files", m.files().size());
    all.put("unpackedBytes", m.unpackedSize());
    all.put("bytes", size.count());
    all.put("manifestSigned", head.signed());
    return all;
  }

  private static String text(Map<String, Object> all) {
    return all.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%-15s %s\n", e.getKey() + ":", value(e.getValue())))
        .collect(Collectors.joining());
  }

  private static String value(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Object::toString).collect(Collectors.joining("\n" + " ".repeat(16)));
    }
    if (value instanceof Boolean yes) {
      return yes ? "yes" : "no";
    }
    return value instanceof Long bytes ? Bytes.of(bytes).toString() : value.toString();
  }
}
