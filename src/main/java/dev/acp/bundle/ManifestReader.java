package dev.acp.bundle;

import dev.acp.archive.EntryName;
import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problems;
import dev.acp.value.Digest;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads manifest.yaml and holds it to its rules. */
final class ManifestReader {
  private static final Set<String> ARCHS = Set.of("amd64", "arm64", "hybrid");
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}";

  /** An exbibyte: no package has so much, and sums of such numbers do not run over. */
  private static final long MOST_UNPACKED = 1L << 60;

  private final Problems problems;

  ManifestReader(String name) {
    problems = new Problems(name);
  }

  /** Reads a manifest; name is what messages call it. */
  static Manifest read(byte[] content, String name) {
    return FileLines.of(content)
        .flatMap(lines -> new ManifestReader(name).quickly(lines))
        .orElseGet(() -> new ManifestReader(name).readAll(content));
  }

  /** Empty for all that is wrong: how, the whole reader tells. */
  private Optional<Manifest> quickly(FileLines lines) {
    try {
      Optional<YamlMap> top =
          Yaml.read(lines.head().getBytes(StandardCharsets.US_ASCII), problems)
              .filter(map -> map.get("files").isEmpty());
      return top.map(map -> manifest(map, m -> lines.files()));
    } catch (InvalidInput e) {
      return Optional.empty();
    }
  }

  /** All of it as YAML. */
  Manifest readAll(byte[] content) {
    Optional<YamlMap> top = Yaml.read(content, problems);
    if (top.isEmpty()) {
      throw new InvalidInput(FaultCode.BUNDLE_DAMAGED, problems.all());
    }
    return manifest(top.get(), this::files);
  }

  private Manifest manifest(YamlMap map, Function<YamlMap, List<FileEntry>> filesOf) {
    format(map);
    map.only(
        "formatVersion",
        "product",
        "version",
        "arch",
        "kubernetes",
        "acp",
        "components",
        "packages",
        "images",
        "networks",
        "charts",
        "unpackedSize",
        "files");
    YamlMap acp = map.need("acp").flatMap(YamlValue::asMap).orElse(map);
    List<FileEntry> files = filesOf.apply(map);
    Manifest manifest =
        new Manifest(
            word(map, "product"),
            word(map, "version"),
            need(map, "arch", a -> Optional.of(a).filter(ARCHS::contains), "amd64, arm64 or hybrid")
                .orElse(""),
            versions(map),
            need(acp, "atLeast", Version::parse, "a version").orElse(Version.of("0.0.0")),
            acp.string("because", ""),
            components(map),
            packages(map),
            images(map),
            map.strings("networks"),
            map.bool("charts", false),
            map.number("unpackedSize", 0, MOST_UNPACKED, -1),
            files);
    if (manifest.unpackedSize() != sum(files)) {
      problems.add(map.line(), "unpackedSize is not the sum of the files' sizes", "");
    }
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
    return manifest;
  }

  /** Of more than {@link #MOST_UNPACKED} some number above it: it never runs over. */
  private static long sum(List<FileEntry> files) {
    long sum = 0;
    for (FileEntry file : files) {
      sum = sum > MOST_UNPACKED ? sum : sum + file.size();
    }
    return sum;
  }

  /** Another format's fields cannot be judged, so this is told alone. */
  private void format(YamlMap map) {
    long format = map.number("formatVersion", 0, Integer.MAX_VALUE, 0);
    if (format != Manifest.FORMAT) {
      String because =
          map.map("acp")
              .map(
                  a ->
                      "; it needs acp "
                          + a.string("atLeast", "of a newer version")
                          + ": "
                          + a.string("because", "no reason given"))
              .orElse("");
      problems.add(
          map.line(),
          "the format is " + format + because,
          "this acp reads format " + Manifest.FORMAT);
      throw new InvalidInput(FaultCode.BUNDLE_DAMAGED, problems.all());
    }
  }

  private static <T> Optional<T> need(
      YamlMap map, String key, Function<String, Optional<T>> parse, String wanted) {
    return map.need(key).flatMap(v -> v.as(parse, wanted));
  }

  private static String word(YamlMap map, String key) {
    return need(map, key, t -> Optional.of(t).filter(w -> w.matches(WORD)), "a plain word")
        .orElse("");
  }

  private static Optional<String> path(String text) {
    return Optional.of(text).filter(t -> EntryName.problem(t).isEmpty());
  }

  private static String dir(YamlMap map) {
    return need(map, "dir", ManifestReader::path, "a relative path").orElse("");
  }

  private static List<YamlMap> maps(YamlMap map, String key, String... known) {
    List<YamlMap> all = new ArrayList<>();
    for (YamlValue value : map.list(key)) {
      value.asMap().ifPresent(m -> all.add(m.only(known)));
    }
    return all;
  }

  private static List<Version> versions(YamlMap map) {
    return map.list("kubernetes").stream()
        .map(v -> v.as(Version::parse, "a version"))
        .flatMap(Optional::stream)
        .toList();
  }

  private static List<Manifest.Component> components(YamlMap map) {
    return maps(map, "components", "name", "version", "arch", "dir").stream()
        .map(
            m ->
                new Manifest.Component(
                    word(m, "name"), word(m, "version"), word(m, "arch"), dir(m)))
        .toList();
  }

  private static List<Manifest.SystemPackages> packages(YamlMap map) {
    return maps(map, "packages", "system", "arch", "dir").stream()
        .map(m -> new Manifest.SystemPackages(word(m, "system"), word(m, "arch"), dir(m)))
        .toList();
  }

  private static List<Manifest.Image> images(YamlMap map) {
    return maps(map, "images", "ref", "digest").stream()
        .map(
            m ->
                new Manifest.Image(
                    m.needString("ref").orElse(""),
                    need(m, "digest", ManifestReader::ociDigest, "sha256: and 64 hex digits")
                        .orElse(Digest.ofText(""))))
        .toList();
  }

  private static Optional<Digest> ociDigest(String text) {
    return text.startsWith("sha256:") ? digest(text.substring(7)) : Optional.empty();
  }

  private static Optional<Digest> digest(String text) {
    return text.matches("[0-9a-f]{64}") ? Optional.of(new Digest(text)) : Optional.empty();
  }

  private static Optional<Integer> mode(String text) {
    // nobody but the owner may write, and no set-id bit is possible
    return text.matches("0[4-7][0145][0145]")
        ? Optional.of(Integer.parseInt(text, 8))
        : Optional.empty();
  }

  private List<FileEntry> files(YamlMap map) {
    List<FileEntry> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (YamlMap m : maps(map, "files", "path", "size", "mode", "sha256")) {
      Optional<String> path = need(m, "path", ManifestReader::path, "a relative path");
      Optional<Long> size = m.need("size").flatMap(v -> v.asLong(0, 1L << 50));
      Optional<Integer> mode = need(m, "mode", ManifestReader::mode, "such as 0644");
      Optional<Digest> digest = need(m, "sha256", ManifestReader::digest, "64 hex digits");
      if (path.isEmpty() || size.isEmpty() || mode.isEmpty() || digest.isEmpty()) {
        continue;
      }
      if (!seen.add(EntryName.collisionKey(path.get()))
          || path.get().equals(Manifest.NAME)
          || path.get().equals(Manifest.SIGNATURE)) {
        problems.add(m.line(), "the path " + path.get() + " may not be listed (again)", "");
      }
      files.add(new FileEntry(path.get(), size.get(), mode.get(), digest.get()));
    }
    return files;
  }
}
