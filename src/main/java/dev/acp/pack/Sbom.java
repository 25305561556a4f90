package dev.acp.pack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acp.bundle.Manifest;
import dev.acp.oci.ImageRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A package's software bill of materials, as CycloneDX 1.6 JSON (ECMA-424). CycloneDX rather than
 * SPDX, because it demands neither a time nor a random id, so that the same inputs give the same
 * file without inventing either. For one use.
 */
final class Sbom {
  /** Its path in the bundle; *.cdx.json is what CycloneDX registers with IANA and scanners find. */
  static final String PATH = "sbom.cdx.json";

  private static final String ROOT = "package";

  private final SortedMap<String, Map<String, Object>> parts = new TreeMap<>();

  /** A program with its files. */
  void component(Manifest.Component c, SortedMap<String, Inputs.Input> all) {
    Map<String, Object> part =
        part(
            "application",
            "component/" + c.arch() + "/" + c.name() + "/" + c.version(),
            c.name(),
            c.version());
    part.put("purl", purl("generic", c.name(), c.version(), "arch", c.arch()));
    part.put("properties", properties("acp:arch", c.arch(), "acp:path", c.dir()));
    List<Object> files = new ArrayList<>();
    all.subMap(c.dir() + "/", c.dir() + "0")
        .forEach(
            (path, input) -> {
              Map<String, Object> file = new LinkedHashMap<>();
              file.put("type", "file");
              file.put("name", path);
              file.put("hashes", hashes(input.content().digest().hex()));
              files.add(file);
            });
    part.put("components", files);
  }

  /** A package of a system such as debian-12. */
  void systemPackage(
      Manifest.SystemPackages where, String name, String version, Inputs.Input file) {
    String type = file.origin().endsWith(".rpm") ? "rpm" : "deb";
    String system = where.system();
    int dash = system.indexOf('-');
    Map<String, Object> part =
        part("library", "package/" + system + "-" + where.arch() + "/" + name, name, version);
    part.put("hashes", hashes(file.content().digest().hex()));
    part.put(
        "purl",
        purl(
            type + "/" + (dash < 0 ? system : system.substring(0, dash)),
            name,
            version,
            "arch",
            where.arch(),
            "distro",
            system));
  }

  /** An image by its digest. */
  void image(Manifest.Image image) {
    ImageRef ref = ImageRef.parse(image.ref()).orElseThrow();
    Map<String, Object> part =
        part("container", "image/" + image.ref(), ref.repository(), ref.tag());
    part.put("hashes", hashes(image.digest().hex()));
    String name = ref.repository().substring(ref.repository().lastIndexOf('/') + 1);
    part.put("purl", purl("oci", name, image.digest().oci(), "tag", ref.tag()));
  }

  /** A component of the platform. */
  void chart(String name, String version) {
    part("application", "chart/" + name, name, version);
  }

  /** One of acp's own libraries, or its Java runtime. */
  void own(OwnParts.Part own) {
    Map<String, Object> part = part(own.type(), "acp/" + own.path(), own.name(), own.version());
    if (!own.sha256().isEmpty()) {
      part.put("hashes", hashes(own.sha256()));
    }
    if (!own.group().isEmpty()) {
      part.put("group", own.group());
      part.put("purl", purl("maven/" + encoded(own.group()), own.name(), own.version()));
    }
  }

  private Map<String, Object> part(String type, String ref, String name, String version) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    part.put("bom-ref", ref);
    part.put("name", name);
    if (!version.isEmpty()) {
      part.put("version", version);
    }
    parts.put(ref, part);
    return part;
  }

  /**
   * The file.
   *
   * @param time if the build's inputs say one (SOURCE_DATE_EPOCH, reproducible-builds.org)
   */
  byte[] bytes(PackageSpec spec, String arch, String acpVersion, Optional<Instant> time) {
    Map<String, Object> product = new LinkedHashMap<>();
    product.put("type", "platform");
    product.put("bom-ref", ROOT);
    product.put("name", spec.product());
    product.put("version", spec.version());
    product.put("properties", properties("acp:arch", arch));
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("type", "application");
    tool.put("name", "acp");
    tool.put("version", acpVersion);
    Map<String, Object> metadata = new LinkedHashMap<>();
    time.ifPresent(t -> metadata.put("timestamp", t.truncatedTo(ChronoUnit.SECONDS).toString()));
    metadata.put("tools", Map.of("components", List.of(tool)));
    metadata.put("component", product);
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("ref", ROOT);
    tree.put("dependsOn", List.copyOf(parts.keySet()));
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("bomFormat", "CycloneDX");
    top.put("specVersion", "1.6");
    top.put("version", 1);
    top.put("metadata", metadata);
    top.put("components", List.copyOf(parts.values()));
    top.put("dependencies", List.of(tree));
    // a name for this content: derived, not drawn
    top.put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(json(top)));
    return json(top);
  }

  private static byte[] json(Map<String, Object> top) {
    try {
      String text =
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(top)
              .replace("\r\n", "\n");
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }

  private static List<Object> hashes(String sha256) {
    Map<String, Object> hash = new LinkedHashMap<>();
    hash.put("alg", "SHA-256");
    hash.put("content", sha256);
    return List.of(hash);
  }

  private static List<Object> properties(String... namesAndValues) {
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", namesAndValues[i]);
      one.put("value", namesAndValues[i + 1]);
      all.add(one);
    }
    return all;
  }

  /** github.com/package-url/purl-spec; the qualifiers are given in their order. */
  private static String purl(String type, String name, String version, String... qualifiers) {
    StringBuilder out = new StringBuilder("pkg:" + type + "/" + encoded(name));
    if (!version.isEmpty()) {
      out.append('@').append(encoded(version));
    }
    for (int i = 0; i < qualifiers.length; i += 2) {
      out.append(i == 0 ? '?' : '&').append(qualifiers[i]).append('=');
      out.append(encoded(qualifiers[i + 1]));
    }
    return out.toString();
  }

  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      out.append(
          plain ? String.valueOf(c) : String.format(java.util.Locale.ROOT, "%%%02X", (int) c));
    }
    return out.toString();
  }
}
