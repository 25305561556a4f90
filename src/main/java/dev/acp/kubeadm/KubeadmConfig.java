package dev.acp.kubeadm;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.KubernetesTraits;
import dev.acp.value.Secret;
import dev.acp.yaml.YamlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes kubeadm's configuration for the API version that fits the Kubernetes version. A node's
 * labels are not in it: the kubelet may not set every label by itself (NodeRestriction).
 */
public final class KubeadmConfig {
  /** The key file of encryption at rest, the same on every control plane (001, "加密密钥"). */
  public static final String ENCRYPTION_CONFIG = "/etc/kubernetes/encryption-provider.conf";

  /** Where a joining node finds the API server's address and the cluster's authority. */
  public static final String DISCOVERY = "/etc/kubernetes/acp/discovery.conf";

  /** The folder of the patches that kubeadm lays over its own manifests, for this node alone. */
  public static final String PATCHES = "/etc/kubernetes/acp/patches";

  /**
   * kubeadm's name for a patch of etcd's manifest: TARGET, a word for the order, + and its type.
   */
  public static final String ETCD_PATCH = "etcd0+strategic.json";

  private static final String LIMIT = "5m0s";

  /** The token of init is for nobody; joins get tokens of their own. */
  private static final String INIT_TOKEN_LIFE = "10m0s";

  private KubeadmConfig() {}

  /**
   * The file for {@code kubeadm init}: init, cluster, kubelet and kube-proxy.
   *
   * @param token the bootstrap token that kubeadm would else make by itself and leave for a day
   * @return text that holds the token; a file of it has mode 0600
   */
  public static String init(KubeadmInput in, Secret token) {
    KubernetesTraits traits = KubernetesTraits.of(in.spec().kubernetes().version());
    Map<String, Object> init = head(traits, "InitConfiguration");
    Map<String, Object> bootstrap = new LinkedHashMap<>();
    bootstrap.put("token", token.reveal());
    bootstrap.put("ttl", INIT_TOKEN_LIFE);
    init.put("bootstrapTokens", List.of(bootstrap));
    init.put("nodeRegistration", NodeRegistration.of(in, traits));
    init.put("localAPIEndpoint", localEndpoint(in.node()));
    ownSettings(in, traits, init);
    if (traits.timeoutsAreSection()) {
      init.put("timeouts", timeouts());
    }
    return documents(
        List.of(
            init,
            ClusterConfiguration.of(in, traits),
            ComponentConfigs.kubelet(in),
            ComponentConfigs.kubeProxy(in)));
  }

  /**
   * The file for {@code kubeadm join}, of a worker or a control plane as the node's role says. A
   * control plane finds the authorities' keys already in /etc/kubernetes/pki. The cluster is found
   * by the file {@link #DISCOVERY} and not by the token: cluster-info carries a fresh token's
   * signature only after up to 18 s (seen with 1.20), and a file pins the whole authority.
   *
   * @param token a bootstrap token made for this join, {@code abcdef.0123456789abcdef}
   * @return text that holds the token; a file of it has mode 0600
   */
  public static String join(KubeadmInput in, Secret token) {
    KubernetesTraits traits = KubernetesTraits.of(in.spec().kubernetes().version());
    Map<String, Object> join = head(traits, "JoinConfiguration");
    join.put("nodeRegistration", NodeRegistration.of(in, traits));
    Map<String, Object> discovery = new LinkedHashMap<>();
    discovery.put("file", Map.of("kubeConfigPath", DISCOVERY));
    discovery.put("tlsBootstrapToken", token.reveal());
    if (!traits.timeoutsAreSection()) {
      discovery.put("timeout", LIMIT);
    }
    join.put("discovery", discovery);
    if (in.node().isControlPlane()) {
      join.put("controlPlane", Map.of("localAPIEndpoint", localEndpoint(in.node())));
    }
    ownSettings(in, traits, join);
    if (traits.timeoutsAreSection()) {
      join.put("timeouts", timeouts());
    }
    return documents(List.of(join));
  }

  /**
   * The file {@link #DISCOVERY}: a kubeconfig with one cluster that has no name, as kubeadm wants
   * it (cmd/kubeadm/app/util/kubeconfig, GetClusterFromKubeConfig), and no user.
   */
  public static String discovery(ClusterSpec spec, String caPem) {
    Map<String, Object> cluster = new LinkedHashMap<>();
    cluster.put("server", "https://" + spec.endpoint().hostPort());
    cluster.put(
        "certificate-authority-data",
        Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.US_ASCII)));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", "");
    entry.put("cluster", cluster);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("apiVersion", "v1");
    out.put("kind", "Config");
    out.put("clusters", List.of(entry));
    out.put("contexts", List.of());
    out.put("users", List.of());
    return YamlText.write(out);
  }

  /**
   * The patch of etcd's manifest, where kubeadm lets etcd ask for room on disk (1.20 and 1.21): a
   * kubelet that has not measured its disk yet turns such a static pod away, and never tries again
   * (seen when a machine is busy while it boots; kubeadm dropped the request for that reason).
   */
  public static String etcdPatch() {
    return "{\"spec\": {\"containers\": [{\"name\": \"etcd\", \"resources\": {\"requests\":"
        + " {\"ephemeral-storage\": null}}}]}}\n";
  }

  /**
   * Arguments of {@code kubeadm init} or {@code kubeadm join} beside the file's own content. Phases
   * are left out by flag, since v1beta2 has no field for it.
   */
  public static List<String> arguments(KubeadmInput in, String file) {
    KubernetesTraits traits = KubernetesTraits.of(in.spec().kubernetes().version());
    List<String> out = new ArrayList<>(List.of("--config", file));
    List<String> skip = in.overrides().kubeadmSkipPhases();
    if (!skip.isEmpty()) {
      out.add("--skip-phases=" + String.join(",", skip));
    }
    if (!traits.patchesInFile()) {
      in.patchesDirectory().ifPresent(d -> out.add("--experimental-patches=" + d));
    }
    return List.copyOf(out);
  }

  private static void ownSettings(
      KubeadmInput in, KubernetesTraits traits, Map<String, Object> target) {
    if (traits.patchesInFile()) {
      in.patchesDirectory().ifPresent(d -> target.put("patches", Map.of("directory", d)));
    }
  }

  private static Map<String, Object> timeouts() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("controlPlaneComponentHealthCheck", LIMIT);
    out.put("discovery", LIMIT);
    return out;
  }

  static String limit() {
    return LIMIT;
  }

  static Map<String, Object> head(KubernetesTraits traits, String kind) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("apiVersion", "kubeadm.k8s.io/" + traits.kubeadmApi());
    out.put("kind", kind);
    return out;
  }

  private static Map<String, Object> localEndpoint(NodeSpec node) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("advertiseAddress", node.address().toString());
    out.put("bindPort", ClusterSpec.Endpoint.PORT);
    return out;
  }

  /** Extra arguments in the form that the API version wants, in their given order. */
  static Object args(KubernetesTraits traits, Map<String, String> args) {
    if (!traits.extraArgsAreList()) {
      return args;
    }
    List<Map<String, String>> list = new ArrayList<>();
    args.forEach(
        (name, value) -> {
          Map<String, String> arg = new LinkedHashMap<>();
          arg.put("name", name);
          arg.put("value", value);
          list.add(arg);
        });
    return list;
  }

  static Optional<Object> argsIfAny(KubernetesTraits traits, Map<String, String> args) {
    return args.isEmpty() ? Optional.empty() : Optional.of(args(traits, args));
  }

  private static String documents(List<Map<String, Object>> documents) {
    return documents.stream().map(YamlText::write).collect(Collectors.joining("---\n"));
  }
}
