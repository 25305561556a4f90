package dev.acp.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.FreePort;
import dev.acp.RealPrograms;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.Identity;
import dev.acp.pki.MutualTls;
import dev.acp.pki.Pem;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts distribution 2.8.2 with what was written for it, where the cache has one. */
class RealRegistryTest {
  private static final NodeName NODE = NodeName.of("127.0.0.1");
  @TempDir Path temp;

  @Test
  void onlyWhoShowsACertificateGetsIn() throws Exception {
    Path registry = RealPrograms.need("sample", "registry/2.8.2/registry");
    ClusterPki pki =
        ClusterPki.loadOrCreate(
            temp.resolve("pki"),
            Clock.systemUTC(),
            new SecureRandom(),
            new ClusterPki.Wanted(
                Map.of(NODE, List.of(IpAddress.of("127.0.0.1"))),
                List.of(RegistryNames.LOGICAL_NAME)));
    int port = FreePort.find();
    Process process = start(registry, pki.registryServer(NODE), pki, port);
    try {
      assertThat(status(pki.pushContext(), port)).isEqualTo(200);
      SSLContext puller =
          MutualTls.context(List.of(pki.registryCa()), Optional.of(pki.nodeClient()));
      assertThat(status(puller, port)).isEqualTo(200);
      SSLContext nobody = MutualTls.context(List.of(pki.registryCa()), Optional.empty());
      assertThatThrownBy(() -> status(nobody, port)).isInstanceOf(IOException.class);
    } finally {
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process start(Path registry, Identity server, ClusterPki pki, int port)
      throws IOException {
    ClusterSpec spec =
        Clusters.whole(
            Files.readString(Path.of("samples/clusters/single-node.yaml")),
            Flags.none(),
            Optional.empty());
    Files.writeString(temp.resolve("tls.crt"), server.certificatePem());
    Files.writeString(temp.resolve("tls.key"), server.keyPem().reveal());
    Files.writeString(temp.resolve("ca.crt"), Pem.certificate(pki.registryCa()));
    Path config = temp.resolve("config.yml");
    Files.writeString(
        config,
        RegistryConfig.write(spec, spec.nodes().get(0), Secret.of("0123456789abcdef"))
            .replace("10.0.0.11:11443", "127.0.0.1:" + port)
            .replace("/etc/acp-registry", temp.toString())
            .replace(RegistryConfig.STORAGE, temp.resolve("store").toString()));
    return new ProcessBuilder(registry.toString(), "serve", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(temp.resolve("log").toFile())
        .start();
  }

  private static int status(SSLContext context, int port) throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    HttpRequest ask =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v2/"))
            .timeout(Duration.ofSeconds(10))
            .build();
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (true) {
      try {
        return client.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode();
      } catch (ConnectException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(100); // not listening yet
      }
    }
  }
}
