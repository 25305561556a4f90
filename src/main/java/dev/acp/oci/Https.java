package dev.acp.oci;

import dev.acp.event.Background;
import dev.acp.value.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
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
 * Requests over TLS, one a thread, each with a limit to the whole of it; one that nothing moves in
 * ends sooner when its server takes no connection any more. Safe for use by several threads. The
 * JDK's blocking client, not its java.net.http: half of what a push took in a Java that has just
 * started went into compiling that one's machinery. No redirect is followed, no proxy used.
 */
final class Https {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int BLOCK = 256 << 10;

  /** As long as this nothing may move before the server is tried with a connection beside. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  private static final int PROBE_MILLIS = 5_000;

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

  /**
   * Looks at one request from beside, for its own thread may be held for good: in a write that a
   * peer does not read, or by an answer that does not come because the machine has lost its power,
   * of which TCP tells after a quarter of an hour.
   */
  private static final class Watch implements Runnable {
    private final HttpsURLConnection connection;
    private final Duration limit;
    private final Duration quiet;
    private final long begun = System.nanoTime();
    private volatile long moved = begun;
    private Optional<String> closed = Optional.empty();
    private boolean over;
    private Future<?> next;

    Watch(HttpsURLConnection connection, Duration limit, Duration quiet) {
      this.connection = connection;
      this.limit = limit;
      this.quiet = quiet;
      synchronized (this) {
        look(quiet.compareTo(limit) < 0 ? quiet : limit);
      }
    }

    private void look(Duration in) {
      next = CLOCK.schedule(this, in.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
      long seen = moved;
      Duration still = since(seen);
      boolean gone = still.compareTo(quiet) >= 0 && !takesConnections(connection.getURL());
      synchronized (this) {
        Duration left = limit.minus(since(begun));
        if (over) {
          return;
        }
        if (left.isNegative() || left.isZero()) {
          close("no answer within " + limit.toSeconds() + " s");
        } else if (gone && moved == seen) {
          close("nothing moved for " + still.toSeconds() + " s, and it takes no connection");
        } else {
          Duration again = still.compareTo(quiet) < 0 ? quiet.minus(still) : quiet.dividedBy(3);
          look(again.compareTo(left) < 0 ? again : left);
        }
      }
    }

    private void close(String why) {
      closed = Optional.of(why);
      connection.disconnect();
    }

    void moved() {
      moved = System.nanoTime();
    }

    /** The request is over, closed is nothing after this; why it was closed, if it was. */
    synchronized Optional<String> over() {
      over = true;
      next.cancel(false);
      return closed;
    }

    private static Duration since(long nanoTime) {
      return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static boolean takesConnections(URL place) {
      int port = place.getPort() < 0 ? place.getDefaultPort() : place.getPort();
      try (Socket probe = new Socket(Proxy.NO_PROXY)) {
        probe.connect(new InetSocketAddress(place.getHost(), port), PROBE_MILLIS);
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }

  private final SSLSocketFactory sockets;
  private final Duration quiet;

  Https(SSLContext tls) {
    this(tls, QUIET);
  }

  /**
   * @param quiet how long nothing may move in a request before its server is tried with another
   *     connection; it then ends if that is not taken
   */
  Https(SSLContext tls, Duration quiet) {
    // one for all requests: connections are kept for the next request by it
    this.sockets = tls.getSocketFactory();
    this.quiet = quiet;
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
    Watch watch = new Watch(connection, limit, quiet);
    try {
      if (request.body().isPresent()) {
        write(connection, request.body().get(), watch);
      }
      int status = connection.getResponseCode();
      if (status < 0) {
        throw new IOException("what answers is no HTTP server");
      }
      byte[] body = request.method().equals("HEAD") ? new byte[0] : body(connection, status);
      return new Response(request, status, connection.getHeaderFields(), body);
    } catch (IOException e) {
      Optional<String> closed = watch.over();
      if (closed.isPresent()) {
        throw new SocketTimeoutException(closed.get());
      }
      connection.disconnect();
      throw e;
    } finally {
      watch.over();
    }
  }

  private static void write(HttpsURLConnection connection, Body body, Watch watch)
      throws IOException {
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
        watch.moved();
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
        // a probe takes its thread for seconds: as many as a push has requests
        new ScheduledThreadPoolExecutor(4, task -> Background.daemon("https-limit", task));
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }
}
