package dev.acp.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReaderTest {
  private static final String NEW = " bytes (8.4 MB, 8.0 MiB) copied, ";
  private static final String OLD = " bytes (8.4 MB) copied, ";

  private static String output(String status, String... lines) {
    StringBuilder out = new StringBuilder("@@ bench:/d " + status + "\n");
    List.of(lines).forEach(l -> out.append('|').append(l).append('\n'));
    return out + "@@ end 0\n";
  }

  private static Fact<BenchFacts> read(String output) {
    return BenchReader.read(output, List.of("/d")).get("/d");
  }

  private static String why(Fact<BenchFacts> fact) {
    return ((Fact.Unknown<BenchFacts>) fact).why();
  }

  private static String[] lines(int syncs, String slow, int slowOnes) {
    List<String> all = new java.util.ArrayList<>(List.of("how direct", "at /d/x"));
    all.add("big 8388608" + NEW + "0.02 s, 419 MB/s");
    all.add("big 8388608" + OLD + "0.06 s, 140 MB/s");
    for (int stream = 0; stream < 8; stream++) {
      all.add("many " + stream + " 1048576" + NEW + "0.5 s, 2.1 MB/s");
      all.add("many " + stream + " 1048576" + NEW + "0.5 s, 2.1 MB/s");
    }
    for (int i = 0; i < syncs; i++) {
      all.add("sync 2300" + NEW + (i < slowOnes ? slow : "9e-05") + " s, 1 MB/s");
    }
    return all.toArray(String[]::new);
  }

  @Test
  void ratesAreBytesByTimeAndThePercentileIsTheNinetyNinth() {
    BenchFacts b = read(output("0", lines(300, "0.5", 3))).asOptional().orElseThrow();
    // 16 MiB in 0.08 s; eight streams with 512 blocks a second each
    assertThat(b).isEqualTo(new BenchFacts("/d/x", true, 4096, 209, 90));
    // four of three hundred are more than one in a hundred
    b = read(output("0", lines(300, "0.0123", 4))).asOptional().orElseThrow();
    assertThat(b.fsyncMicros()).isEqualTo(12300);
  }

  @Test
  void whatCouldNotBeMeasuredIsUnknownAndSaysWhy() {
    assertThat(why(read(output("full")))).contains("1 GiB");
    assertThat(why(read(output("absent")))).contains("dd");
    assertThat(why(read(output("unreadable")))).contains("no file can be written at /d");
    assertThat(why(read(output("0", lines(29, "1", 0))))).contains("too slow");
    assertThat(why(read(output("0", "how direct", "at /")))).contains("too slow");
    assertThat(why(read(output("0", "big dd: failed to open: Permission denied"))))
        .contains("Permission denied");
    assertThat(why(read("@@ bench:/d 0\n|how dir"))).contains("cut off");
    assertThat(why(read(""))).contains("cut off");
  }
}
