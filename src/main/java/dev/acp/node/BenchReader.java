package dev.acp.node;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what res/disk-bench.sh prints: dd's own words about each of its writes. */
public final class BenchReader {
  /** Of fewer writes no 99th percentile is told. */
  private static final int LEAST_SYNCS = 30;

  private static final int BLOCK = 4096;

  /** GNU dd says "N bytes (..) copied, S s, R", also 3e-05 s; busybox's tells no time. */
  private static final Pattern SAID =
      Pattern.compile("(\\d{1,15}) bytes.* copied, (\\d+(?:\\.\\d+)?(?:e-\\d+)?) s\\b.*");

  private record Write(String part, long bytes, double seconds) {}

  private BenchReader() {}

  /** The facts of each path that was asked for. */
  public static Map<String, Fact<BenchFacts>> read(String output, List<String> paths) {
    ProbeText text = ProbeText.parse(output);
    Map<String, Fact<BenchFacts>> all = new LinkedHashMap<>();
    for (String path : paths) {
      String name = "bench:" + path;
      Fact<List<String>> lines = text.ok(name, Optional::of);
      Fact<BenchFacts> fact =
          lines instanceof Fact.Known<List<String>> known
              ? facts(known.value())
              : Fact.unknown(((Fact.Unknown<List<String>>) lines).why());
      if (text.endedWith(name, "full")) {
        fact = Fact.unknown("less than 1 GiB is free at " + path + ", so nothing was written");
      } else if (text.endedWith(name, "absent")) {
        fact = Fact.unknown("the node has no dd, mktemp, df or timeout to measure with");
      } else if (text.endedWith(name, "unreadable")) {
        fact = Fact.unknown("no file can be written at " + path);
      }
      all.put(path, fact);
    }
    return Collections.unmodifiableMap(all);
  }

  private static Fact<BenchFacts> facts(List<String> lines) {
    String at = "";
    boolean direct = false;
    List<Write> writes = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("at ")) {
        at = line.substring(3);
      } else if (line.startsWith("how ")) {
        direct = line.equals("how direct");
      } else if (!write(line, writes)) {
        return Fact.unknown("dd said: " + ProbeText.shorten(line));
      }
    }
    double[] syncs =
        writes.stream()
            .filter(w -> w.part().equals("sync"))
            .mapToDouble(Write::seconds)
            .sorted()
            .toArray();
    double rate = rate(writes, "big");
    double iops =
        writes.stream()
            .map(Write::part)
            .filter(p -> p.startsWith("many "))
            .distinct()
            .mapToDouble(stream -> rate(writes, stream) / BLOCK)
            .sum();
    if (rate <= 0 || iops <= 0 || syncs.length < LEAST_SYNCS) {
      return Fact.unknown(
          "the disk was too slow to be measured: " + writes.size() + " writes ended in time");
    }
    double p99 = syncs[(int) Math.ceil(syncs.length * 0.99) - 1];
    return Fact.known(
        new BenchFacts(at, direct, (int) iops, (int) (rate / 1e6), (int) Math.ceil(p99 * 1e6)),
        String.join("\n", lines));
  }

  /** Bytes a second of one part; 0 where nothing of it was written. */
  private static double rate(List<Write> writes, String part) {
    List<Write> own = writes.stream().filter(w -> w.part().equals(part)).toList();
    double seconds = own.stream().mapToDouble(Write::seconds).sum();
    return seconds > 0 ? own.stream().mapToLong(Write::bytes).sum() / seconds : 0;
  }

  private static boolean write(String line, List<Write> writes) {
    int end = line.startsWith("many ") ? line.indexOf(' ', 5) : line.indexOf(' ');
    Matcher said = SAID.matcher(end < 0 ? "" : line.substring(end + 1));
    if (said.matches()) {
      long bytes = Long.parseLong(said.group(1));
      writes.add(new Write(line.substring(0, end), bytes, Double.parseDouble(said.group(2))));
    }
    return said.matches();
  }
}
