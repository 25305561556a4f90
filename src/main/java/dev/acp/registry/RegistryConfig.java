package dev.acp.registry;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.value.Secret;
import dev.acp.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes config.yml of distribution 2.8 ("registry:2"). Only who shows a certificate of the
 * registry's own authority gets in; nothing is fetched from anywhere.
 */
public final class RegistryConfig {
  public static final String FILE = "/etc/acp-registry/config.yml";
  public static final String UNIT = "acp-registry.service";

  /** Not below /var/lib/acp/node, which holds a node's record. */
  public static final String STORAGE = "/var/lib/acp-registry";

  public static final String CERTIFICATE = "/etc/acp-registry/tls.crt";
  public static final String KEY = "/etc/acp-registry/tls.key";
  public static final String CLIENT_CA = "/etc/acp-registry/ca.crt";

  private RegistryConfig() {}

  /**
   * The configuration of one control plane's registry.
   *
   * @param httpSecret the same on every control plane, so that an upload may go on at another
   * @return text that holds the secret; a file of it has mode 0600
   */
  public static String write(ClusterSpec spec, NodeSpec node, Secret httpSecret) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("version", 0.1);
    out.put("log", Map.of("level", "info"));
    Map<String, Object> storage = new LinkedHashMap<>();
    storage.put("filesystem", Map.of("rootdirectory", STORAGE));
    storage.put("delete", Map.of("enabled", true));
    out.put("storage", storage);
    Map<String, Object> tls = new LinkedHashMap<>();
    tls.put("certificate", CERTIFICATE);
    tls.put("key", KEY);
    tls.put("clientcas", List.of(CLIENT_CA));
    tls.put("minimumtls", "tls1.2");
    Map<String, Object> http = new LinkedHashMap<>();
    http.put("addr", listen(spec, node));
    http.put("secret", httpSecret.reveal());
    http.put("tls", tls);
    http.put("headers", Map.of("X-Content-Type-Options", List.of("nosniff")));
    out.put("http", http);
    return YamlText.write(out);
  }

  /**
   * The node's address; every address where the registry must answer on a second one too: the VIP,
   * which comes and goes, or the other family's.
   */
  private static String listen(ClusterSpec spec, NodeSpec node) {
    boolean several =
        spec.endpoint().selfBuiltVip().isPresent() || spec.network().ipFamily() == IpFamily.DUAL;
    return (several ? "" : node.address().inUrl()) + ":" + RegistryNames.PORT;
  }
}
