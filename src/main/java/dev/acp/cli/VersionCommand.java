package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.bundle.Manifest;
import dev.acp.cluster.KubernetesTraits;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** acp version. */
@Command(
    name = "version",
    description = {
      "Show what this acp is: version, commit, Java runtime, what it installs.",
      "acp --version gives the version alone, at once."
    },
    footer = {"", "Example: acp version -o json"})
final class VersionCommand extends AcpCommand {
  /** The version of this acp; a package names the least one that can install it. */
  static final String VERSION = "0.1.0";

  @Mixin private final OutputOption output = new OutputOption();

  VersionCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    String commit = BuildFacts.load().commit();
    String java = System.getProperty("java.version");
    String vendor = System.getProperty("java.vendor");
    String oldest = KubernetesTraits.oldest();
    if (output.json()) {
      Map<String, Object> top = new LinkedHashMap<>();
      top.put("version", VERSION);
      top.put("commit", commit);
      top.put("java", Map.of("version", java, "vendor", vendor));
      top.put("kubernetes", Map.of("oldest", oldest));
      top.put("packageFormat", Manifest.FORMAT);
      console.out().println(json(top));
      return 0;
    }
    console.out().println("acp " + VERSION);
    console.out().println("Commit:          " + commit);
    console.out().println("Java runtime:    " + java + ", " + vendor);
    console.out().println("Kubernetes:      " + oldest + " and newer");
    console.out().println("Package format:  " + Manifest.FORMAT);
    return 0;
  }

  private static String json(Map<String, Object> top) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(top);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and scalars can always be written", e);
    }
  }
}
