package dev.acp.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.acp.FreePort;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.MutualTls;
import dev.acp.registry.RealRegistry;
import dev.acp.value.Login;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that ask who one is: a real one with htpasswd, a fake one that wants tokens. */
class RegistryAuthTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Login LOGIN = new Login("acp", Secret.of("wärter:\"1"));
  @TempDir Path dir;
  private ClusterPki pki;
  private SSLContext tls;

  @BeforeEach
  void keys() throws IOException {
    pki = RealRegistry.pki(dir.resolve("pki"), ADDRESS);
    tls = MutualTls.context(List.of(pki.registryCa()), Optional.empty());
  }

  @Test
  void aRealRegistryWithAPasswordIsPushedToAndProvedBefore() throws Exception {
    int port = FreePort.find();
    try (RealRegistry registry =
        RealRegistry.external(dir.resolve("r"), pki, ADDRESS, port, LOGIN)) {
      registry.client.provePush("platform/pause");
      try (Stream<Path> left = Files.walk(dir.resolve("r/store"))) {
        // distribution 2.8 keeps a note of the upload's empty hash, until it purges those itself
        assertThat(left.filter(Files::isRegularFile))
            .as("what the proof left")
            .allMatch(p -> p.toString().contains("/hashstates/"));
      }
      Layouts layouts = new Layouts(dir.resolve("images"));
      // more than are asked for at once, by a client that has not learnt anything yet
      for (int i = 0; i < 12; i++) {
        layouts.image("platform/i" + i + ":1", ("image " + i).getBytes(UTF_8));
      }
      ImageLayout layout = layouts.open();
      Inventory all = Inventory.of(layout);
      RegistryClient anew = new RegistryClient(registry.client.base(), tls, Optional.of(LOGIN));
      assertThat(all.missingIn(anew, new Stop())).hasSameElementsAs(all.pieces());
      assertThat(all.missingIn(registry.client, new Stop())).hasSameElementsAs(all.pieces());
      new Push(layout, registry.client, Events.none(), new Stop()).run(layout.images());
      assertThat(all.missingIn(registry.client, new Stop())).isEmpty();
      URI base = registry.client.base();
      Login wrong = new Login("acp", Secret.of("another"));
      for (Optional<Login> no : List.of(Optional.<Login>empty(), Optional.of(wrong))) {
        RegistryClient stranger = new RegistryClient(base, tls, no);
        assertThat(stranger.ready()).isFalse();
        assertThatThrownBy(() -> stranger.provePush("platform/pause"))
            .isInstanceOf(AcpException.class)
            .hasMessageContaining("401");
      }
      SSLContext others =
          MutualTls.context(
              List.of(RealRegistry.pki(dir.resolve("pki2"), ADDRESS).registryCa()),
              Optional.empty());
      assertThatThrownBy(() -> new RegistryClient(base, others, Optional.of(LOGIN)).provePush("p"))
          .hasMessageContaining("SSLHandshake");
    }
  }

  @Test
  void anInventoryNamesTheBlobThatARegistryLostAndIsReadBackAsItWasWritten() throws Exception {
    try (RealRegistry registry =
        RealRegistry.start(dir.resolve("r"), pki, ADDRESS, FreePort.find())) {
      Layouts layouts = new Layouts(dir.resolve("images"));
      layouts.image("platform/pause:3.2", "pause".getBytes(UTF_8));
      layouts.image("platform/dns:1.0", "dns".getBytes(UTF_8));
      ImageLayout layout = layouts.open();
      new Push(layout, registry.client, Events.none(), new Stop()).run(layout.images());
      Inventory all = Inventory.of(layout);
      all.save(dir.resolve("images.json"));
      Inventory read = Inventory.load(dir.resolve("images.json")).orElseThrow();
      assertThat(read).isEqualTo(all);
      assertThat(read.missingIn(registry.client, new Stop())).isEmpty();
      for (Inventory.Piece lost : all.pieces()) {
        String hex = lost.digest().hex();
        Path data =
            dir.resolve(
                "r/store/docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex);
        Files.move(data, dir.resolve("aside"));
        assertThat(read.missingIn(registry.client, new Stop()))
            .isNotEmpty()
            .allMatch(p -> p.digest().equals(lost.digest()));
        Files.move(dir.resolve("aside"), data);
      }
      Files.writeString(dir.resolve("images.json"), "{\"format\": 2}");
      assertThatThrownBy(() -> Inventory.load(dir.resolve("images.json")))
          .hasMessageContaining("images.json is damaged");
      assertThat(Inventory.load(dir.resolve("none"))).isEmpty();
    }
  }

  /** Says 401 and where tokens are; takes only the token that its own place gives. */
  private final class FakeTokenRegistry implements AutoCloseable {
    final HttpsServer server;
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    String realm;

    FakeTokenRegistry() throws IOException {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      SSLContext own =
          MutualTls.context(
              List.of(pki.registryCa()), Optional.of(pki.registryServer(NodeName.of(ADDRESS))));
      server.setHttpsConfigurator(new HttpsConfigurator(own));
      realm = base() + "/token";
      server.createContext("/token", this::token);
      server.createContext("/v2/", this::registry);
      server.start();
    }

    String base() {
      return "https://" + ADDRESS + ":" + server.getAddress().getPort();
    }

    private void token(HttpExchange exchange) throws IOException {
      asked.add(exchange.getRequestURI().getQuery());
      boolean known =
          LOGIN.basic().reveal().equals(exchange.getRequestHeaders().getFirst("Authorization"));
      answer(exchange, known ? 200 : 401, "{\"token\": \"t-" + asked.size() + "\"}");
    }

    private void registry(HttpExchange exchange) throws IOException {
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      if (token == null || !token.startsWith("Bearer t-")) {
        exchange
            .getResponseHeaders()
            .add(
                "WWW-Authenticate",
                "Bearer realm=\""
                    + realm
                    + "\",service=\"fake\",scope=\"repository:a/b:pull,push\"");
        answer(exchange, 401, "");
        return;
      }
      if (exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().add("Location", "/v2/a/b/blobs/uploads/1");
      }
      answer(exchange, exchange.getRequestMethod().equals("POST") ? 202 : 200, "{}");
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
      exchange.getResponseBody().write(body.getBytes(UTF_8));
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void aFakeRegistryThatWantsTokensGetsThemAndSeesNoPassword() throws Exception {
    try (FakeTokenRegistry fake = new FakeTokenRegistry()) {
      RegistryClient client = new RegistryClient(URI.create(fake.base()), tls, Optional.of(LOGIN));
      client.provePush("a/b");
      client.provePush("a/b");
      assertThat(fake.asked)
          .as("one token for the front door, one to write there")
          .hasSize(2)
          .allMatch(q -> q.equals("service=fake&scope=repository:a/b:pull,push"));
      RegistryClient stranger =
          new RegistryClient(
              URI.create(fake.base()), tls, Optional.of(new Login("acp", Secret.of("no"))));
      assertThatThrownBy(() -> stranger.provePush("a/b"))
          .hasMessageContaining("gives no token: it answered 401");
      fake.realm = "http://" + ADDRESS + ":1/token";
      assertThatThrownBy(
              () ->
                  new RegistryClient(URI.create(fake.base()), tls, Optional.of(LOGIN))
                      .provePush("a/b"))
          .hasMessageContaining("passwords over TLS only");
    }
  }
}
