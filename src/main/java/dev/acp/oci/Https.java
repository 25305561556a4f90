package dev.acp.oci;

import dev.acp.event.Background;
import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/**
 * Requests over TLS, one a thread, each with a limit to the whole of it. Safe for use by several
 * threads. The JDK's blocking client, not its java.net.http: half of what a push took in a Java
 * that has just started went into compiling that one's machinery. No redirect is followed, no proxy
 * used.
 */
final class Https {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int BLOCK = 256 << 10;

  /** Manifests, configurations, tokens and errors are far smaller; blobs are never read here. */
  private static final int LARGEST_ANSWER = 32 << 20;

  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  /** What is sent with a request; opened anew for each try. */
  record Body(long size, Source source) {
    static final Body EMPTY = of(new byte[0]);

    static Body of(byte[] bytes) {
      return new Body(bytes.length, () -> new ByteArrayInputStream(bytes));
    }
  }

  /** Opens the bytes to send. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /**
   * One request.
   *
   * @param authorization the header of that name, kept from every text
   */
  record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      Optional<Secret> authorization,
      Optional<Body> body) {
    Request {
      headers = Map.copyOf(headers);
    }

    static Request of(String method, URI uri) {
      return new Request(method, uri, Map.of(), Optional.empty(), Optional.empty());
    }

    Request with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Request(method, uri, more, authorization, body);
    }

    Request as(Optional<Secret> who) {
      return new Request(method, uri, headers, who, body);
    }

    Request with(Body content) {
      return new Request(method, uri, headers, authorization, Optional.of(content));
    }
  }

  /** What came back. */
  static final class Response {
    private final Request request;
    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    private Response(Request request, int status, Map<String, List<String>> headers, byte[] body) {
      this.request = request;
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    Request request() {
      return request;
    }

    int status() {
      return status;
    }

    /** Not a copy: whoever asks reads it alone. */
    byte[] body() {
      return body;
    }

    Optional<String> header(String name) {
      return all(name).stream().findFirst();
    }

    List<String> all(String name) {
      return headers.entrySet().stream()
          .filter(h -> name.equalsIgnoreCase(h.getKey()))
          .flatMap(h -> h.getValue().stream())
          .toList();
    }
  }

  private final SSLSocketFactory sockets;

  Https(SSLContext tls) {
    // one for all requests: connections are kept for the next request by it
    this.sockets = tls.getSocketFactory();
  }

  /**
   * Sends a request and reads the answer.
   *
   * @param limit from the start to the last byte of the answer
   * @throws IOException if there was none in time
   */
  Response send(Request request, Duration limit) throws IOException {
    HttpsURLConnection connection =
        (HttpsURLConnection) request.uri().toURL().openConnection(Proxy.NO_PROXY);
    connection.setSSLSocketFactory(sockets);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout((int) Math.min(limit.toMillis(), Integer.MAX_VALUE));
    connection.setRequestMethod(request.method());
    connection.setRequestProperty("User-Agent", "acp");
    request.headers().forEach(connection::setRequestProperty);
    request
        .authorization()
        .ifPresent(s -> connection.setRequestProperty("Authorization", s.reveal()));
    // A peer that neither reads nor answers holds a write for good: it is closed from beside.
    Future<?> late =
        CLOCK.schedule(connection::disconnect, limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      if (request.body().isPresent()) {
        write(connection, request.body().get());
      }
      int status = connection.getResponseCode();
      if (status < 0) {
        throw new IOException("what answers is no HTTP server");
      }
      byte[] body = request.method().equals("HEAD") ? new byte[0] : body(connection, status);
      return new Response(request, status, connection.getHeaderFields(), body);
    } catch (IOException e) {
      if (!late.cancel(false)) {
        throw new SocketTimeoutException("no answer within " + limit.toSeconds() + " s");
      }
      connection.disconnect();
      throw e;
    } finally {
      late.cancel(false);
    }
  }

  private static void write(HttpsURLConnection connection, Body body) throws IOException {
    connection.setDoOutput(true);
    if (body.size() > 0) {
      // what the JDK streams it does not send a second time by itself: an upload is finished once
      connection.setFixedLengthStreamingMode(body.size());
    }
    try (InputStream in = body.source().open();
        OutputStream out = connection.getOutputStream()) {
      byte[] block = new byte[(int) Math.min(BLOCK, Math.max(1, body.size()))];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        out.write(block, 0, n);
      }
    }
  }

  private static byte[] body(HttpsURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] body = in == null ? new byte[0] : in.readNBytes(LARGEST_ANSWER + 1);
      if (body.length > LARGEST_ANSWER) {
        throw new IOException("its answer is larger than " + LARGEST_ANSWER + " bytes");
      }
      // The JDK takes the connection's end for the answer's. An error's text is for showing alone,
      // and not to be had where a streamed body was refused.
      long said = connection.getContentLengthLong();
      if (status < 400 && body.length < said) {
        throw new IOException("its answer ends after " + body.length + " of " + said + " bytes");
      }
      return body;
    }
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, task -> Background.daemon("https-limit", task));
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }
}
