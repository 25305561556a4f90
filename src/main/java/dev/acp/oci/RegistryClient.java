package dev.acp.oci;

import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.oci.Https.Body;
import dev.acp.oci.Https.Request;
import dev.acp.oci.Https.Response;
import dev.acp.value.Digest;
import dev.acp.value.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A registry that speaks the OCI distribution-spec 1.1; tried with distribution 2.8. Safe for use
 * by several threads. Every failure is {@link FaultCode#REGISTRY_FAILED}.
 */
public final class RegistryClient {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** A transfer slower than this is taken for dead. */
  private static final long LEAST_BYTES_PER_SECOND = 256 << 10;

  private static final int TRIES = 3;
  private static final String DIGEST_HEADER = "Docker-Content-Digest";

  private final URI base;
  private final Https https;
  private final RegistryAuth auth;

  /**
   * @param base such as https://10.0.0.11:11443
   */
  public RegistryClient(URI base, SSLContext tls) {
    this(base, tls, Optional.empty());
  }

  /**
   * @param login whom to be, where the registry asks for it
   */
  public RegistryClient(URI base, SSLContext tls, Optional<Login> login) {
    this.base = base;
    this.https = new Https(tls);
    this.auth = new RegistryAuth(login, https);
  }

  public URI base() {
    return base;
  }

  /** True if the registry answers as one (GET /v2/) and lets one in. */
  public boolean ready() {
    try {
      return send(request("GET", "/v2/"), ANSWER).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Proves that one may push there: an upload is begun and taken back, which leaves no content.
   *
   * @throws AcpException REGISTRY_FAILED with what the registry, or TLS, said
   */
  public void provePush(String repository) {
    once(request("GET", "/v2/"), ANSWER, List.of(200));
    Response begun =
        once(
            request("POST", "/v2/" + repository + "/blobs/uploads/").with(Body.EMPTY),
            ANSWER,
            List.of(202));
    // Some know no taking back (404, 405); what was begun then ends by itself.
    once(Request.of("DELETE", here(location(begun))), ANSWER, List.of(200, 202, 204, 404, 405));
  }

  /** The digest under a tag or digest; empty if it is not there. */
  public Optional<Digest> manifestDigest(String repository, String reference) {
    Response answer =
        tried(
            request("HEAD", "/v2/" + repository + "/manifests/" + reference)
                .with("Accept", Descriptor.ACCEPT),
            ANSWER,
            List.of(200, 404));
    return answer.status() == 404 ? Optional.empty() : Optional.of(digest(answer));
  }

  /** A manifest's bytes, checked against the digest that the registry states. */
  public Optional<byte[]> manifest(String repository, String reference) {
    Response answer =
        tried(
            request("GET", "/v2/" + repository + "/manifests/" + reference)
                .with("Accept", Descriptor.ACCEPT),
            ANSWER,
            List.of(200, 404));
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!Digest.ofBytes(answer.body()).equals(digest(answer))) {
      throw failed(answer, "its manifest " + repository + "@" + reference + " is not its digest");
    }
    return Optional.of(answer.body());
  }

  /** True if the blob is there with this size. */
  public boolean hasBlob(String repository, Digest digest, long size) {
    Response answer =
        tried(
            request("HEAD", "/v2/" + repository + "/blobs/" + digest.oci()),
            ANSWER,
            List.of(200, 404));
    return answer.status() == 200
        && answer.header("Content-Length").filter(Long.toString(size)::equals).isPresent();
  }

  /** A small blob's bytes, such as a configuration's, checked against its digest. */
  public byte[] blob(String repository, Digest digest) {
    Response answer =
        tried(request("GET", "/v2/" + repository + "/blobs/" + digest.oci()), ANSWER, List.of(200));
    if (!Digest.ofBytes(answer.body()).equals(digest)) {
      throw failed(answer, "its blob " + repository + "@" + digest.oci() + " is not its digest");
    }
    return answer.body();
  }

  /** Makes a blob of another repository known in this one; false if the registry does not. */
  public boolean mountBlob(String repository, Digest digest, String from) {
    Response answer =
        tried(
            request(
                    "POST",
                    "/v2/" + repository + "/blobs/uploads/?mount=" + digest.oci() + "&from=" + from)
                .with(Body.EMPTY),
            ANSWER,
            List.of(201, 202));
    return answer.status() == 201;
  }

  /**
   * Uploads a blob in one piece (distribution-spec, "POST then PUT"), in one try: see {@link
   * #worthAnother}. The registry checks the digest, and so does its answer.
   */
  public void uploadBlob(String repository, Digest digest, Body content) {
    Response begun =
        once(
            request("POST", "/v2/" + repository + "/blobs/uploads/").with(Body.EMPTY),
            ANSWER,
            List.of(202));
    URI place = here(location(begun));
    String query = place.getRawQuery() == null ? "" : place.getRawQuery() + "&";
    Response answer =
        once(
            request("PUT", place.getRawPath() + "?" + query + "digest=" + digest.oci())
                .with("Content-Type", "application/octet-stream")
                .with(content),
            ANSWER.plusSeconds(content.size() / LEAST_BYTES_PER_SECOND),
            List.of(201));
    if (!digest(answer).equals(digest)) {
      throw failed(answer, "it stored " + digest.oci() + " as something else");
    }
  }

  /** Puts a manifest under a tag or its digest; what it points to must be there. */
  public void putManifest(String repository, String reference, String mediaType, byte[] manifest) {
    Response answer =
        tried(
            request("PUT", "/v2/" + repository + "/manifests/" + reference)
                .with("Content-Type", mediaType)
                .with(Body.of(manifest)),
            ANSWER,
            List.of(201));
    if (!digest(answer).equals(Digest.ofBytes(manifest))) {
      throw failed(answer, "it stored the manifest " + repository + ":" + reference + " changed");
    }
  }

  private String location(Response begun) {
    return begun
        .header("Location")
        .orElseThrow(() -> failed(begun, "it names no place to upload to"));
  }

  private Request request(String method, String path) {
    return Request.of(method, base.resolve(path));
  }

  /** The path of a Location only: behind a tunnel the registry may take itself for another host. */
  private URI here(String location) {
    URI named = base.resolve(location);
    return base.resolve(
        named.getRawPath() + (named.getRawQuery() == null ? "" : "?" + named.getRawQuery()));
  }

  private Digest digest(Response answer) {
    try {
      return Digest.parseOci(answer.header(DIGEST_HEADER).orElse(""));
    } catch (IllegalArgumentException e) {
      throw failed(answer, "it states no SHA-256 digest");
    }
  }

  /** Sends again what may be sent again; a kept-alive connection may have been closed meanwhile. */
  private Response tried(Request request, Duration limit, List<Integer> wanted) {
    AcpException last = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return once(request, limit, wanted);
      } catch (AcpException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        if (!worthAnother(e) || i + 1 == TRIES) {
          throw e;
        }
        pause(i);
      }
    }
    throw new IllegalStateException("the last try has thrown");
  }

  /** True for what may go well a moment later: no answer, or one that says so. */
  static boolean worthAnother(AcpException e) {
    return e.getCause() instanceof IOException
        || e.fault().evidence().stream().anyMatch(l -> l.matches("HTTP (429|500|502|503|504).*"));
  }

  static void pause(int tries) {
    try {
      Thread.sleep(300L << tries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    }
  }

  private Response once(Request request, Duration limit, List<Integer> wanted) {
    Response answer;
    try {
      answer = send(request, limit);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.REGISTRY_FAILED, "The registry " + base + " does not answer: " + e, e);
    }
    if (!wanted.contains(answer.status())) {
      throw failed(answer, "it answered " + answer.status() + ", not " + wanted);
    }
    return answer;
  }

  /** Where the registry asks who one is, it is told, once. */
  private Response send(Request request, Duration limit) throws IOException {
    Request first = request.as(auth.header(request));
    Response answer = https.send(first, limit);
    return answer.status() == 401 && auth.learn(first, answer)
        ? https.send(request.as(auth.header(request)), limit)
        : answer;
  }

  private AcpException failed(Response answer, String how) {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    return new AcpException(
        Fault.of(FaultCode.REGISTRY_FAILED, "The registry " + base + " failed: " + how + ".")
            .withEvidence(
                List.of(
                    "HTTP "
                        + answer.status()
                        + " to "
                        + answer.request().method()
                        + " "
                        + answer.request().uri().getPath(),
                    body.length() > 1000 ? body.substring(0, 1000) : body)));
  }
}
