package dev.acp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real res/across.sh with its two programs on loopback addresses of this machine. */
class AcrossScriptTest {
  private static Process start(String tool, String self, String token, String ports, String peer)
      throws Exception {
    String script =
        Files.readString(Path.of("res/across.sh"))
            .replace("#@include across.pl\n", Files.readString(Path.of("res/across.pl")))
            .replace("#@include across.py\n", Files.readString(Path.of("res/across.py")))
            .replace("#@include across-nc.sh\n", Files.readString(Path.of("res/across-nc.sh")));
    List<String> line =
        new ArrayList<>(
            List.of(
                "sh",
                "-s",
                tool.equals("perl-base") ? "perl" : tool,
                "-",
                token,
                self,
                "4",
                "1500",
                ports,
                "-",
                "no",
                peer));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    if (tool.equals("perl-base")) {
      // what a bare Debian has: no Time::HiRes
      Path none = Files.createTempDirectory("acp-perl");
      Files.createDirectory(none.resolve("Time"));
      Files.writeString(none.resolve("Time/HiRes.pm"), "die 'not here';\n");
      builder.environment().put("PERL5LIB", none.toString());
    }
    Process process = builder.start();
    process.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    return process;
  }

  private static AcrossFacts facts(Process process) throws Exception {
    try (InputStream in = process.getInputStream()) {
      String out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      Fact<AcrossFacts> fact = Across.parse(out);
      assertThat(fact.asOptional()).as(out).isPresent();
      return fact.asOptional().orElseThrow();
    }
  }

  @ParameterizedTest
  @CsvSource({"python3,python3", "perl,perl", "perl,python3", "perl-base,perl-base"})
  void twoNodesReachEachOtherOnTcpAndUdpAndLeaveNothing(String tool, String other)
      throws Exception {
    String ports = "tcp/46443,udp/46081";
    Process one = start(tool, "127.0.71.1", "t1", ports, "127.0.71.2=" + ports);
    Process two = start(other, "127.0.71.2", "t1", ports, "127.0.71.1=" + ports);
    for (AcrossFacts seen : List.of(facts(one), facts(two))) {
      assertThat(seen.dials()).hasSize(2).allMatch(d -> d.answer().equals("ok"));
      assertThat(seen.roundTrips().values())
          .singleElement()
          .satisfies(t -> assertThat(t).isPositive());
      assertThat(seen.mtus().values()).containsExactly(1500);
      assertThat(seen.held()).isEmpty();
    }
    assertThat(new ProcessBuilder("ss", "-lnt").start().getInputStream().readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .doesNotContain(":46443 ");
  }

  /** A network mode without a UDP port: packets of full size go over TCP. */
  @ParameterizedTest
  @CsvSource({"python3,python3", "perl,perl", "perl,python3", "perl-base,perl-base"})
  void packetsOfFullSizeAreTriedWithoutAUdpPort(String tool, String other) throws Exception {
    String ports = "tcp/46447";
    Process one = start(tool, "127.0.71.5", "t1", ports, "127.0.71.6=" + ports);
    Process two = start(other, "127.0.71.6", "t1", ports, "127.0.71.5=" + ports);
    for (AcrossFacts seen : List.of(facts(one), facts(two))) {
      assertThat(seen.mtus().values()).containsExactly(1500);
      assertThat(seen.dials()).hasSize(1).allMatch(d -> d.answer().equals("ok"));
    }
  }

  @ParameterizedTest
  @CsvSource({"python3,python3", "perl,perl", "perl,python3", "perl-base,perl-base"})
  void anotherTokenAndADeadPortAreTold(String tool, String other) throws Exception {
    String ports = "tcp/46444";
    Process one =
        start(tool, "127.0.71.3", "right", ports, "127.0.71.4=tcp/46444,tcp/46445,udp/46446");
    Process two = start(other, "127.0.71.4", "wrong", ports, "127.0.71.3=" + ports);
    AcrossFacts seen = facts(one);
    assertThat(facts(two).dials()).allMatch(d -> d.answer().equals("wrong"));
    assertThat(seen.dials())
        .extracting(d -> d.port() + " " + d.answer())
        .containsExactly("tcp/46444 wrong", "tcp/46445 refused", "udp/46446 silent");
  }

  /** Nodes without perl and python: socat, and the nc that is here (OpenBSD's or nmap's). */
  @ParameterizedTest
  @CsvSource({"socat,socat", "socat,perl", "nc,nc", "nc,python3"})
  void socatAndNcListenAndCall(String tool, String other) throws Exception {
    assumeTrue(here(tool), tool + " is not here");
    String ports = "tcp/46448,tcp/46449,udp/46082";
    Process one = start(tool, "127.0.71.7", "t1", ports, "127.0.71.8=" + ports);
    Process two = start(other, "127.0.71.8", "t1", ports, "127.0.71.7=" + ports);
    for (AcrossFacts seen : List.of(facts(one), facts(two))) {
      assertThat(seen.dials())
          .hasSize(3)
          .allMatch(d -> d.answer().equals("ok") || d.port().startsWith("udp/"))
          .filteredOn(d -> d.port().startsWith("tcp/"))
          .hasSize(2);
      assertThat(seen.ipip()).isEmpty();
    }
    assertThat(new ProcessBuilder("ss", "-lntu").start().getInputStream().readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .doesNotContain(":46448 ")
        .doesNotContain(":46082 ");
  }

  @ParameterizedTest
  @CsvSource({"socat", "nc"})
  void theyTellAStrangerAndADeadPort(String tool) throws Exception {
    assumeTrue(here(tool), tool + " is not here");
    Process one =
        start(tool, "127.0.71.9", "right", "tcp/46450", "127.0.71.10=tcp/46450,tcp/46451");
    Process two = start("python3", "127.0.71.10", "wrong", "tcp/46450", "127.0.71.9=tcp/46450");
    assertThat(facts(one).dials())
        .extracting(d -> d.port() + " " + d.answer())
        .doesNotContain("tcp/46450 ok")
        .contains("tcp/46451 refused");
    assertThat(facts(two).dials()).noneMatch(d -> d.answer().equals("ok"));
  }

  @Test
  void withoutAnyOfThemNothingPasses() throws Exception {
    Fact<AcrossFacts> fact = Across.parse("@@ across absent\n@@ end 0\n");
    assertThat(((Fact.Unknown<AcrossFacts>) fact).why()).startsWith("nothing to listen with");
    // nc of a third kind says neither name
    String script = Files.readString(Path.of("res/across-nc.sh"));
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "tool=nc; nc() { echo 'nc: some other'; }; " + script,
                "sh",
                "t",
                "127.0.71.11",
                "2",
                "1500",
                "tcp/46452",
                "-",
                "no")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(Across.parse(out)).isEqualTo(fact);
  }

  @Test
  void withoutAToolTheVipIsNotSaidToBeFree() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "res/across.sh", "true", "127.0.0.1", "t");
    builder.environment().put("PATH", Files.createTempDirectory("acp-bin").toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out).contains("@@ vip absent").doesNotContain("@@ vip 0");
  }

  private static boolean here(String tool) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + tool).start().waitFor() == 0;
  }
}
