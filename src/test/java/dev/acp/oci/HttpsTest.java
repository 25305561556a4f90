package dev.acp.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.oci.Https.Body;
import dev.acp.oci.Https.Request;
import dev.acp.oci.Https.Response;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.MutualTls;
import dev.acp.registry.RealRegistry;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a fake server, over real TLS, whose every byte a test decides. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpsTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** What the server does with one connection. */
  private interface Behaviour {
    void with(InputStream in, OutputStream out) throws Exception;
  }

  @TempDir Path dir;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();
  private ClusterPki pki;
  private SSLServerSocket server;
  private Https https;
  private URI base;

  @BeforeEach
  void listen() throws IOException {
    pki = RealRegistry.pki(dir.resolve("pki"), ADDRESS);
    SSLContext own =
        MutualTls.context(
            List.of(pki.registryCa()), Optional.of(pki.registryServer(NodeName.of(ADDRESS))));
    server =
        (SSLServerSocket)
            own.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    https = new Https(trusting());
    base = URI.create("https://" + ADDRESS + ":" + server.getLocalPort());
  }

  private SSLContext trusting() {
    return MutualTls.context(List.of(pki.registryCa()), Optional.empty());
  }

  @AfterEach
  void close() throws IOException {
    ended.countDown();
    server.close();
  }

  private void serve(Behaviour behaviour) {
    Thread accept =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  connections.incrementAndGet();
                  new Thread(() -> one(socket, behaviour)).start();
                } catch (IOException e) {
                  return;
                }
              }
            });
    accept.setDaemon(true);
    accept.start();
  }

  private static void one(Socket socket, Behaviour behaviour) {
    try (socket) {
      behaviour.with(socket.getInputStream(), socket.getOutputStream());
    } catch (Exception e) {
      // the client went away, which the test sees from its side
    }
  }

  /** Reads a request's head, and its body where it has a length; null at the connection's end. */
  private static String read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return null;
      }
      head.append((char) c);
    }
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
    if (at >= 0) {
      in.skipNBytes(Long.parseLong(head.substring(at + 16, head.indexOf("\r\n", at))));
    }
    return head.toString();
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }

  private Request get() {
    return Request.of("GET", base.resolve("/v2/"));
  }

  @Test
  void oneConnectionServesManyRequestsAndOneThatTheServerClosedIsMadeAnew() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    serve(
        (in, out) -> {
          // the fifth request on a connection finds it closed
          for (int i = 0; i < 4 && read(in) != null; i++) {
            asked.incrementAndGet(); // before the answer, which is all that the test waits for
            say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
    for (int i = 0; i < 8; i++) {
      assertThat(https.send(get(), LONG).body()).asString().isEqualTo("ok");
    }
    assertThat(asked).hasValue(8);
    assertThat(connections).hasValue(2);
  }

  @Test
  void noAnswerAnEndlessOneAndABodyThatNobodyReadsAllEndAtTheLimit() {
    serve((in, out) -> ended.await(50, TimeUnit.SECONDS));
    byte[] large = new byte[16 << 20];
    Request put =
        Request.of("PUT", base.resolve("/x"))
            .with(new Body(large.length, () -> new ByteArrayInputStream(large)));
    for (Request request : List.of(get(), put)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> https.send(request, SHORT))
          .as(request.method())
          .isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.multipliedBy(10));
    }
  }

  @Test
  void aRequestToAServerThatIsGoneEndsLongBeforeItsLimit() throws IOException {
    byte[] large = new byte[16 << 20];
    Request put =
        Request.of("PUT", base.resolve("/x"))
            .with(new Body(large.length, () -> new ByteArrayInputStream(large)));
    serve(
        (in, out) -> {
          // the connection stays, as it does for the peer of a machine that has lost its power
          server.close();
          ended.await(50, TimeUnit.SECONDS);
        });
    Https soon = new Https(trusting(), Duration.ofMillis(300));
    long start = System.nanoTime();
    assertThatThrownBy(() -> soon.send(put, LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it takes no connection");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG.dividedBy(2));
  }

  @Test
  void anAnswerThatIsLongInComingIsWaitedForWhileItsServerTakesConnections() throws IOException {
    serve(
        (in, out) -> {
          read(in);
          ended.await(1500, TimeUnit.MILLISECONDS);
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    Https soon = new Https(trusting(), Duration.ofMillis(300));
    assertThat(soon.send(get(), LONG).body()).asString().isEqualTo("ok");
    assertThat(connections).as("the request's, and probes").hasValueGreaterThan(1);
  }

  @Test
  void anAnswerThatTricklesEndsAtTheLimitToo() {
    serve(
        (in, out) -> {
          read(in);
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          while (!ended.await(200, TimeUnit.MILLISECONDS)) {
            say(out, ".");
          }
        });
    assertThatThrownBy(() -> https.send(get(), SHORT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no answer within 1 s");
  }

  @Test
  void anAnswerWithoutEndIsNotReadWhole() {
    serve(
        (in, out) -> {
          read(in);
          say(out, "HTTP/1.1 200 OK\r\n\r\n");
          byte[] much = new byte[1 << 20];
          while (ended.getCount() > 0) {
            out.write(much);
          }
        });
    assertThatThrownBy(() -> https.send(get(), LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void anAnswerCutShortIsNone() {
    serve(
        (in, out) -> {
          read(in);
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
        });
    assertThatThrownBy(() -> https.send(get(), LONG)).isInstanceOf(IOException.class);
  }

  @Test
  void aRedirectIsShownAndNotFollowed() throws IOException {
    serve(
        (in, out) -> {
          read(in);
          say(out, "HTTP/1.1 307 Elsewhere\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n");
        });
    Response answer = https.send(get(), LONG);
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("location")).contains("/y");
    assertThat(connections).hasValue(1);
  }

  @Test
  void aRefusalOfALargeBodyKeepsItsStatusAndItsChallenge() throws IOException {
    serve(
        (in, out) -> {
          read(in);
          say(
              out,
              "HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"r\"\r\n"
                  + "WWW-Authenticate: Basic\r\nContent-Length: 3\r\n\r\nwhy");
        });
    byte[] large = new byte[1 << 20];
    Response answer =
        https.send(
            Request.of("PUT", base.resolve("/x"))
                .with(new Body(large.length, () -> new ByteArrayInputStream(large))),
            LONG);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.all("WWW-Authenticate"))
        .containsExactlyInAnyOrder("Bearer realm=\"r\"", "Basic");
  }

  @Test
  void aBodyThatIsShorterThanSaidIsNotSentAsWhole() {
    AtomicInteger whole = new AtomicInteger();
    serve(
        (in, out) -> {
          read(in);
          whole.incrementAndGet();
          say(out, "HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n");
        });
    byte[] half = new byte[1 << 20];
    for (long said : new long[] {half.length * 2L, half.length / 2}) {
      assertThatThrownBy(
              () ->
                  https.send(
                      Request.of("PUT", base.resolve("/x"))
                          .with(new Body(said, () -> new ByteArrayInputStream(half))),
                      LONG))
          .as(said + " bytes said")
          .isInstanceOf(IOException.class);
    }
    // the longer one's first half did arrive; its upload is given up by the exception
    assertThat(whole.get()).isLessThanOrEqualTo(1);
  }

  @Test
  void theAuthorizationIsSentAndStandsInNoText() throws IOException {
    StringBuilder seen = new StringBuilder();
    serve(
        (in, out) -> {
          seen.append(read(in));
          say(out, "HTTP/1.1 204 Nothing\r\n\r\n");
        });
    Request request = get().as(Optional.of(Secret.of("Basic c2VjcmV0")));
    assertThat(https.send(request, LONG).status()).isEqualTo(204);
    assertThat(seen).contains("Authorization: Basic c2VjcmV0").contains("User-Agent: acp");
    assertThat(request.toString()).doesNotContain("c2VjcmV0");
  }

  @Test
  void aBodyIsNotSentASecondTimeWhenTheAnswerWasLost() throws IOException {
    AtomicInteger puts = new AtomicInteger();
    serve(
        (in, out) -> {
          read(in);
          say(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          read(in);
          puts.incrementAndGet();
        });
    https.send(get(), LONG);
    Request put = Request.of("PUT", base.resolve("/x")).with(Body.of(new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> https.send(put, LONG)).isInstanceOf(IOException.class);
    assertThat(puts).hasValue(1);
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws IOException {
    serve((in, out) -> read(in));
    Https stranger =
        new Https(
            MutualTls.context(
                List.of(RealRegistry.pki(dir.resolve("pki2"), ADDRESS).registryCa()),
                Optional.empty()));
    assertThatThrownBy(() -> stranger.send(get(), LONG)).isInstanceOf(SSLException.class);
  }
}
