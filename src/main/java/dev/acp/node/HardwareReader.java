package dev.acp.node;

import dev.acp.node.HardwareFacts.Block;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the probe's sections about processor, devices and cards. */
final class HardwareReader {
  private static final Pattern SOLD = Pattern.compile("@ *(\\d+)\\.(\\d\\d)GHz");
  private static final Pattern FTYPE = Pattern.compile("\\bftype=(\\d)");

  private HardwareReader() {}

  static HardwareFacts read(ProbeText text) {
    Map<String, Fact<Block>> blocks = new LinkedHashMap<>();
    text.names("block:").forEach(p -> blocks.put(p, text.ok("block:" + p, HardwareReader::block)));
    return new HardwareFacts(
        mhz(text),
        text.ok("cpuinfo", l -> Optional.of(armPart(values(l)))),
        text.ok("governors", l -> Optional.of(l.stream().map(String::strip).distinct().toList())),
        java.util.Collections.unmodifiableMap(blocks),
        text.ok("xfs-info", HardwareReader::ftype),
        text.ok("gpus", Optional::of));
  }

  /** The name tells the rate it is sold with; the kernel's highest one may be a boost. */
  private static Fact<Integer> mhz(ProbeText text) {
    Fact<Integer> max =
        text.ok(
            "cpu-max-khz",
            l ->
                ProbeText.firstLine(l)
                    .filter(v -> v.matches("\\d{4,9}"))
                    .map(v -> Integer.parseInt(v) / 1000));
    return text.ok(
        "cpuinfo",
        l -> {
          Map<String, String> v = values(l);
          Matcher sold = SOLD.matcher(v.getOrDefault("model name", ""));
          if (sold.find()) {
            return Optional.of(
                Integer.parseInt(sold.group(1)) * 1000 + Integer.parseInt(sold.group(2)) * 10);
          }
          Optional<Integer> now =
              Optional.ofNullable(v.get("cpu MHz"))
                  .filter(t -> t.matches("\\d{1,6}(\\.\\d+)?"))
                  .map(t -> (int) Math.round(Double.parseDouble(t)));
          return max.asOptional().or(() -> now);
        });
  }

  private static Optional<String> armPart(Map<String, String> v) {
    return v.containsKey("CPU implementer") && v.containsKey("CPU part")
        ? Optional.of(v.get("CPU implementer") + " " + v.get("CPU part"))
        : Optional.empty();
  }

  private static Map<String, String> values(List<String> lines) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        all.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return all;
  }

  private static Optional<Block> block(List<String> lines) {
    List<String> words = FactLines.words(lines.isEmpty() ? "" : lines.get(0));
    if (words.size() != 2) {
      return Optional.empty();
    }
    Optional<Boolean> spins =
        switch (words.get(1)) {
          case "0" -> Optional.of(false);
          case "1" -> Optional.of(true);
          default -> Optional.empty();
        };
    return Optional.of(new Block(words.get(0), spins));
  }

  private static Optional<String> ftype(List<String> lines) {
    Matcher m = FTYPE.matcher(String.join(" ", lines));
    return m.find() ? Optional.of(m.group(1)) : Optional.empty();
  }
}
