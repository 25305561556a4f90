package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.acp.RealPrograms;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.MutualTls;
import dev.acp.pki.Pem;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The goal that asks an API server without being anybody, with kubectl 1.20.2 where the cache has
 * one: a fake does not ask for a name on the terminal, as the real one does.
 */
class RealKubectlTest {
  static final List<String> SHELLS = ShellBench.SHELLS;
  private static final String ADDRESS = "127.0.0.1";
  @TempDir Path dir;
  private HttpsServer server;
  private ClusterPki pki;
  private String says = "ok";

  @BeforeEach
  void start() throws IOException {
    NodeName name = NodeName.of(ADDRESS);
    pki =
        ClusterPki.loadOrCreate(
            dir.resolve("pki"),
            Clock.systemUTC(),
            new SecureRandom(),
            new ClusterPki.Wanted(
                Map.of(name, List.of(IpAddress.of(ADDRESS))), List.of("registry.acp.internal")));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            MutualTls.context(List.of(pki.registryCa()), Optional.of(pki.registryServer(name)))));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = says.getBytes(StandardCharsets.UTF_8);
          boolean asked = exchange.getRequestURI().getPath().equals("/readyz");
          exchange.sendResponseHeaders(asked ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @FieldSource("SHELLS")
  void kubectlAsksWithoutBeingAnybodyAndTrustsTheClustersAuthorityAlone(String shell)
      throws IOException {
    Path kubectl = RealPrograms.need("kubernetes", "bin/kubectl");
    ShellBench bench =
        new ShellBench(Files.createDirectories(dir.resolve("b")), shell)
            .fake("kubectl", "exec " + kubectl + " \"$@\"");
    String url = "https://" + ADDRESS + ":" + server.getAddress().getPort();
    ShellBench.Ended ended =
        bench.run("goals/balancer-serves.sh", url, Pem.certificate(pki.registryCa()));
    assertThat(ended.out()).isEmpty();
    assertThat(ended.exit()).isZero();
    ended = bench.run("goals/balancer-serves.sh", url, Pem.certificate(pki.ca()));
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).startsWith(url + ": ").contains("certificate signed by unknown");
    says = "not yet";
    ended = bench.run("goals/balancer-serves.sh", url, Pem.certificate(pki.registryCa()));
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.out()).isEqualTo(url + ": not yet\n");
  }
}
