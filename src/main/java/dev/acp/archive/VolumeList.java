package dev.acp.archive;

import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problems;
import dev.acp.value.Digest;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlText;
import dev.acp.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The list of a package's volumes, NAME.parts beside NAME.001, NAME.002 and so on. It says which
 * part is missing, swapped or damaged; trust comes from the signature over all parts as one stream.
 *
 * @param name of the whole package
 * @param size of the whole package, in bytes
 */
public record VolumeList(String name, long size, List<Part> parts) {
  /** What the list's own name ends in. */
  public static final String ENDING = ".parts";

  /** More would need a fourth digit, and no one carries that many media. */
  public static final int MOST_PARTS = 999;

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** One volume: its file's name, its size in bytes, its digest. */
  public record Part(String name, long size, Digest digest) {}

  public VolumeList {
    parts = List.copyOf(parts);
  }

  /** The name of the i-th volume, counted from 1. */
  public static String partName(String name, int i) {
    return String.format("%s.%03d", name, i);
  }

  /** The list as it is written. */
  public String text() {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("format", 1);
    top.put("name", name);
    top.put("size", size);
    List<Object> all = new ArrayList<>();
    for (Part part : parts) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", part.name());
      one.put("size", part.size());
      one.put("sha256", part.digest().hex());
      all.add(one);
    }
    top.put("parts", all);
    return YamlText.write(top);
  }

  /**
   * Reads a list; its names follow from the list's own, so that they lead nowhere else.
   *
   * @param file the list's name, without its folder
   * @throws dev.acp.fault.InvalidInput ARCHIVE_REFUSED, with every mistake and its line
   */
  public static VolumeList parse(byte[] content, String file) {
    Problems problems = new Problems(file);
    Optional<YamlMap> top = Yaml.read(content, problems);
    if (top.isEmpty()) {
      throw new InvalidInput(FaultCode.ARCHIVE_REFUSED, problems.all());
    }
    YamlMap map = top.get().only("format", "name", "size", "parts");
    fixed(map, "format", "1");
    String name = file.substring(0, file.length() - ENDING.length());
    fixed(map, "name", name);
    long size = number(map, "size");
    List<Part> parts = new ArrayList<>();
    long sum = 0;
    for (YamlValue value : map.list("parts")) {
      Optional<YamlMap> one = value.asMap();
      if (one.isPresent() && parts.size() < MOST_PARTS) {
        Part part = part(one.get().only("name", "size", "sha256"), name, parts.size() + 1);
        parts.add(part);
        // once it is too much it stays so, and cannot run over
        sum = sum > size ? sum : sum + part.size();
      }
    }
    if (parts.isEmpty() || sum != size) {
      problems.add(map.line(), "the parts have " + sum + " bytes in all", "size: " + size);
    }
    problems.throwIfAny(FaultCode.ARCHIVE_REFUSED);
    return new VolumeList(name, size, parts);
  }

  private static Part part(YamlMap map, String name, int i) {
    String wanted = partName(name, i);
    fixed(map, "name", wanted);
    Digest digest =
        map.need("sha256")
            .flatMap(
                v ->
                    v.as(
                        t -> Optional.of(t).filter(h -> HEX.matcher(h).matches()).map(Digest::new),
                        "64 hex digits"))
            .orElse(Digest.ofText(""));
    return new Part(wanted, number(map, "size"), digest);
  }

  /** A value that can be one thing only. */
  private static void fixed(YamlMap map, String key, String wanted) {
    Optional<YamlValue> value = map.need(key);
    if (value.isPresent() && !value.get().asString().filter(wanted::equals).isPresent()) {
      map.problems().add(value.get().line(), key + " is not what it must be", wanted);
    }
  }

  /** From 1 up; a package of more than an exbibyte is none. */
  private static long number(YamlMap map, String key) {
    return map.need(key)
        .flatMap(
            v ->
                v.as(
                    t ->
                        Optional.of(t)
                            .filter(n -> n.matches("[1-9][0-9]{0,17}"))
                            .map(Long::parseLong),
                    "a number of bytes"))
        .orElse(0L);
  }
}
