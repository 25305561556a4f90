package dev.acp.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.oci.Https.Request;
import dev.acp.oci.Https.Response;
import dev.acp.value.Login;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry lets one in: it answers 401 and says what it wants (RFC 7235), a password (RFC
 * 7617) or a token, which is fetched from where it says (distribution, docs/spec/auth/token.md).
 * Safe for use by several threads. The password goes to nobody but over TLS.
 */
final class RegistryAuth {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
  private static final Pattern REPOSITORY = Pattern.compile("/v2/(.+)/(manifests|blobs)/.*");

  private final Optional<Login> login;
  private final Https https;
  private volatile boolean basic;

  /** Tokens by what they were asked for. */
  private final Map<String, Secret> tokens = new ConcurrentHashMap<>();

  RegistryAuth(Optional<Login> login, Https https) {
    this.login = login;
    this.https = https;
  }

  /** The header for a request, as far as is known by now. */
  Optional<Secret> header(Request request) {
    if (basic) {
      return login.map(Login::basic);
    }
    return Optional.ofNullable(tokens.get(key(request)));
  }

  /**
   * Learns from a 401.
   *
   * @return true if another try is worth it
   * @throws IOException if there was no token to be had
   */
  boolean learn(Request request, Response refused) throws IOException {
    // Several ask at once and learn the same; but what was refused is not sent again as it was.
    boolean asked = request.authorization().isPresent();
    for (String challenge : refused.all("WWW-Authenticate")) {
      String lower = challenge.toLowerCase(Locale.ROOT);
      if (lower.startsWith("basic") && login.isPresent()) {
        basic = true;
        return !asked;
      }
      if (lower.startsWith("bearer")) {
        tokens.put(key(request), token(parameters(challenge)));
        return true;
      }
    }
    return false;
  }

  /** Who may read need not be allowed to write: tokens are kept apart by that. */
  private static String key(Request request) {
    Matcher repository = REPOSITORY.matcher(request.uri().getPath());
    boolean reads = List.of("GET", "HEAD").contains(request.method());
    return (reads ? "read " : "write ")
        + (repository.matches() ? repository.group(1) : "")
        + Optional.ofNullable(request.uri().getQuery()).filter(q -> q.contains("from=")).orElse("");
  }

  private static Map<String, String> parameters(String challenge) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      parameters.put(matcher.group(1), matcher.group(2));
    }
    return parameters;
  }

  private Secret token(Map<String, String> wanted) throws IOException {
    StringBuilder query = new StringBuilder();
    add(query, "service", wanted.getOrDefault("service", ""));
    for (String scope : wanted.getOrDefault("scope", "").split(" ", -1)) {
      add(query, "scope", scope);
    }
    String realm = wanted.getOrDefault("realm", "");
    URI at;
    try {
      at = URI.create(realm + (realm.contains("?") ? "&" : "?") + query);
    } catch (IllegalArgumentException e) {
      throw new IOException("it names no place to fetch a token from: " + realm, e);
    }
    if (!"https".equals(at.getScheme())) {
      throw new IOException(
          "its tokens come from " + realm + ", and acp sends passwords over TLS only");
    }
    Request request = Request.of("GET", at).as(login.map(Login::basic));
    Response answer = https.send(request, LIMIT);
    if (answer.status() != 200) {
      throw new IOException(realm + " gives no token: it answered " + answer.status());
    }
    JsonNode json = new ObjectMapper().readTree(answer.body());
    String token = json.path("token").asText(json.path("access_token").asText(""));
    if (token.isEmpty() || !token.matches("[\\x21-\\x7e]+")) {
      throw new IOException(realm + " gave something that is no token");
    }
    return Secret.of("Bearer " + token);
  }

  private static void add(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query.append(query.length() == 0 ? "" : "&").append(name).append('=');
      query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
