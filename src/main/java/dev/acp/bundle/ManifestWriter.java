package dev.acp.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes manifest.yaml: one line for each thing listed, so that a person can read and compare it.
 * Each value is written as JSON, which is YAML too.
 */
final class ManifestWriter {
  private static final ObjectWriter JSON = new ObjectMapper().writer();

  private ManifestWriter() {}

  static String text(Manifest m) {
    StringBuilder out = new StringBuilder();
    line(out, "formatVersion", Manifest.FORMAT);
    line(out, "product", m.product());
    line(out, "version", m.version());
    line(out, "arch", m.arch());
    line(out, "kubernetes", m.kubernetes().stream().map(Object::toString).toList());
    line(out, "acp", row("atLeast", m.acpAtLeast().toString(), "because", m.acpBecause()));
    list(
        out,
        "components",
        m.components(),
        c -> row("name", c.name(), "version", c.version(), "arch", c.arch(), "dir", c.dir()));
    list(
        out,
        "packages",
        m.packages(),
        p -> row("system", p.system(), "arch", p.arch(), "dir", p.dir()));
    list(out, "images", m.images(), i -> row("ref", i.ref(), "digest", i.digest().oci()));
    line(out, "networks", m.networks());
    line(out, "charts", m.charts());
    line(out, "unpackedSize", m.unpackedSize());
    list(
        out,
        "files",
        m.files(),
        f ->
            row(
                "path",
                f.path(),
                "size",
                f.size(),
                "mode",
                String.format(Locale.ROOT, "0%03o", f.mode()),
                "sha256",
                f.digest().hex()));
    return out.toString();
  }

  private static Map<String, Object> row(Object... keysAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      row.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return row;
  }

  private static void line(StringBuilder out, String key, Object value) {
    out.append(key).append(": ").append(json(value)).append('\n');
  }

  private static <T> void list(
      StringBuilder out, String key, List<T> values, Function<T, Map<String, Object>> row) {
    if (values.isEmpty()) {
      line(out, key, List.of());
      return;
    }
    out.append(key).append(":\n");
    values.forEach(v -> out.append("  - ").append(json(row.apply(v))).append('\n'));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }
}
