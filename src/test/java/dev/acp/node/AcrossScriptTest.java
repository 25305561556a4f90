package dev.acp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.acp.event.Background;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real res/across.sh with its programs on loopback addresses of this machine. Its ports are
 * fixed ones below those that the kernel gives away by itself (from 32768 on).
 */
class AcrossScriptTest {
  @TempDir static Path scratch;

  private static Process start(String tool, String self, String token, String ports, String peer)
      throws Exception {
    return start(tool, self, token, ports, "-", "-", List.of(peer));
  }

  private static Process start(
      String tool,
      String self,
      String token,
      String ports,
      String vrrp,
      String balancer,
      List<String> peers)
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
                vrrp.equals("-") ? "-" : "127.0.71.99",
                balancer,
                token,
                self,
                "4",
                "1500",
                ports,
                vrrp,
                "no"));
    line.addAll(peers);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    if (tool.equals("perl-base")) {
      // what a bare Debian has: no Time::HiRes
      Path none = Files.createTempDirectory(scratch, "perl");
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
    String ports = "tcp/26443,udp/26081";
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
        .doesNotContain(":26443 ");
  }

  /** A network mode without a UDP port: packets of full size go over TCP. */
  @ParameterizedTest
  @CsvSource({"python3,python3", "perl,perl", "perl,python3", "perl-base,perl-base"})
  void packetsOfFullSizeAreTriedWithoutAUdpPort(String tool, String other) throws Exception {
    String ports = "tcp/26447";
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
    String ports = "tcp/26444";
    Process one =
        start(tool, "127.0.71.3", "right", ports, "127.0.71.4=tcp/26444,tcp/26445,udp/26446");
    Process two = start(other, "127.0.71.4", "wrong", ports, "127.0.71.3=" + ports);
    AcrossFacts seen = facts(one);
    assertThat(facts(two).dials()).allMatch(d -> d.answer().equals("wrong"));
    assertThat(seen.dials())
        .extracting(d -> d.port() + " " + d.answer())
        .containsExactly("tcp/26444 wrong", "tcp/26445 refused", "udp/26446 silent");
  }

  /** Nodes without perl and python: socat, and the nc that is here (OpenBSD's or nmap's). */
  @ParameterizedTest
  @CsvSource({"socat,socat", "socat,perl", "nc,nc", "nc,python3"})
  void socatAndNcListenAndCall(String tool, String other) throws Exception {
    assumeTrue(here(tool), tool + " is not here");
    String ports = "tcp/26448,tcp/26449,udp/26082";
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
        .doesNotContain(":26448 ")
        .doesNotContain(":26082 ");
  }

  @ParameterizedTest
  @CsvSource({"socat", "nc"})
  void theyTellAStrangerAndADeadPort(String tool) throws Exception {
    assumeTrue(here(tool), tool + " is not here");
    Process one =
        start(tool, "127.0.71.9", "right", "tcp/26450", "127.0.71.10=tcp/26450,tcp/26451");
    Process two = start("python3", "127.0.71.10", "wrong", "tcp/26450", "127.0.71.9=tcp/26450");
    assertThat(facts(one).dials())
        .extracting(d -> d.port() + " " + d.answer())
        .doesNotContain("tcp/26450 ok")
        .contains("tcp/26451 refused");
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
                "tcp/26452",
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
        new ProcessBuilder("/bin/sh", "res/across.sh", "true", "127.0.0.1", "-", "t", "127.0.0.1");
    builder.environment().put("PATH", Files.createTempDirectory(scratch, "bin").toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out).contains("@@ vip absent").doesNotContain("@@ vip 0");
  }

  private static boolean here(String tool) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + tool).start().waitFor() == 0;
  }

  /** A router's advertisement has its id as second byte (RFC 9568, 5.1), in both families. */
  @ParameterizedTest
  @CsvSource({"python3,127.0.0.1", "python3,::1", "perl,127.0.0.1", "perl,::1"})
  void routersOfTheVirtualAddressesFamilyAreHeard(String tool, String own) throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "raw sockets");
    Process one = start(tool, "127.0.71.5", "t9", "tcp/26444", own, "-", List.of());
    String send =
        """
        import socket, sys, time
        own = sys.argv[1]
        family = socket.AF_INET6 if ':' in own else socket.AF_INET
        s = socket.socket(family, socket.SOCK_RAW, 112)
        for _ in range(15):
            s.sendto(bytes([0x31, 0x4d, 100, 1, 0, 100, 0, 0]), (own, 0))
            time.sleep(0.2)
        """;
    Process sender = new ProcessBuilder("python3", "-c", send, own).inheritIO().start();
    assertThat(facts(one).routers()).hasValueSatisfying(r -> assertThat(r).contains(0x4d));
    assertThat(sender.waitFor()).isZero();
  }

  /**
   * 127.0.71.8 is the load balancer, a relay to the one that listens; one is called by a name that
   * this machine knows, and one by a name that nobody knows.
   */
  @ParameterizedTest
  @CsvSource({"python3", "perl"})
  void aListenerIsReachedThroughALoadBalancerAndWhatIsInTheWayIsTold(String tool) throws Exception {
    try (ServerSocket relay = new ServerSocket(26445, 50, InetAddress.getByName("127.0.71.8"))) {
      Background.daemon("relay", () -> relay(relay, "127.0.71.7")).start();
      String ports = "tcp/26445,tcp/26446";
      Process behind =
          start(tool, "127.0.71.7", "t3", ports, "-", "127.0.71.8=" + ports, List.of());
      Process caller = start(tool, "127.0.71.9", "t3", "", "-", "127.0.71.8=" + ports, List.of());
      Process lost =
          start(tool, "127.0.71.10", "t3", "", "-", "no.such.name.invalid=" + ports, List.of());
      for (AcrossFacts seen : List.of(facts(behind), facts(caller))) {
        assertThat(seen.dials())
            .containsExactlyInAnyOrder(
                new AcrossFacts.Dial("balancer", "tcp/26445", "ok"),
                new AcrossFacts.Dial("balancer", "tcp/26446", "refused"));
      }
      assertThat(facts(lost).dials()).allMatch(d -> d.answer().equals("unresolved")).hasSize(2);
    }
  }

  /**
   * haproxy takes every call, and hangs up when it has nobody to hand it to; others wait. Only one
   * that speaks is somebody else.
   */
  @ParameterizedTest
  @CsvSource({"python3", "perl"})
  void aLoadBalancerThatTakesTheCallAndSaysNothingIsNoStranger(String tool) throws Exception {
    InetAddress here = InetAddress.getByName("127.0.71.11");
    try (ServerSocket closing = new ServerSocket(0, 50, here);
        ServerSocket mute = new ServerSocket(0, 50, here);
        ServerSocket stranger = new ServerSocket(0, 50, here)) {
      answering(closing, "");
      answering(stranger, "SSH-2.0-x\r\n");
      List<String> taken =
          Stream.of(closing, mute, stranger).map(s -> "tcp/" + s.getLocalPort()).toList();
      String ports = String.join(",", taken);
      Process caller = start(tool, "127.0.71.12", "t4", "", "-", "127.0.71.11=" + ports, List.of());
      assertThat(facts(caller).dials())
          .containsExactlyInAnyOrder(
              new AcrossFacts.Dial("balancer", taken.get(0), "closed"),
              new AcrossFacts.Dial("balancer", taken.get(1), "silent"),
              new AcrossFacts.Dial("balancer", taken.get(2), "wrong"));
      assertThat(mute.isBound()).isTrue();
    }
  }

  /** Each caller is heard to the end of its line, then gets the answer, and the line is closed. */
  private static void answering(ServerSocket from, String answer) {
    Background.daemon(
            "answering",
            () -> {
              while (!from.isClosed()) {
                try (Socket one = from.accept()) {
                  while (one.getInputStream().read() > '\n') {}
                  one.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  assertThat(e).as("the test is over").isNotNull();
                }
              }
            })
        .start();
  }

  /** Every connection is handed on to the one behind, both ways. */
  private static void relay(ServerSocket from, String to) {
    while (!from.isClosed()) {
      try {
        Socket one = from.accept();
        Socket other = new Socket(to, from.getLocalPort());
        Background.daemon("there", () -> pump(one, other)).start();
        Background.daemon("back", () -> pump(other, one)).start();
      } catch (IOException e) {
        assertThat(e).as("nobody listens yet, or the test is over").isNotNull();
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      assertThat(e).as("the other direction ended first").isNotNull();
    }
  }
}
