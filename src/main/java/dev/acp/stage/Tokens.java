package dev.acp.stage;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.Decisions;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bootstrap tokens of a cluster, abcdef.0123456789abcdef as kubeadm has them: one for init,
 * which nobody uses, and one for each node's join. They are decided once; in the cluster they live
 * two hours.
 */
public final class Tokens {
  static final String INIT = "token-init";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private Tokens() {}

  static String nameFor(NodeName node) {
    return "token-join-" + node;
  }

  /** New tokens for a cluster's nodes, by their names among the decisions. */
  public static Map<String, Secret> make(ClusterSpec spec, SecureRandom random) {
    Map<String, Secret> tokens = new LinkedHashMap<>();
    tokens.put(INIT, one(random));
    spec.nodes().forEach(node -> tokens.put(nameFor(node.name()), one(random)));
    return tokens;
  }

  /** The decisions without the tokens of nodes that are gone. */
  public static Decisions without(Decisions decisions, Collection<NodeName> nodes) {
    Map<String, Secret> left = new LinkedHashMap<>(decisions.secrets());
    nodes.forEach(node -> left.remove(nameFor(node)));
    return decisions.withSecrets(left);
  }

  /** The part of a node's token that names it in the cluster, and is no secret; "-" without one. */
  static String idFor(Decisions decisions, NodeName node) {
    Secret token = decisions.secrets().get(nameFor(node));
    return token == null ? "-" : token.reveal().substring(0, token.reveal().indexOf('.'));
  }

  private static Secret one(SecureRandom random) {
    return Secret.of(text(random, 6) + "." + text(random, 16));
  }

  private static String text(SecureRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
