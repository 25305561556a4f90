package dev.acp.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.file.Res;
import dev.acp.kube.ClusterStatus.NodeState;
import dev.acp.kube.ClusterStatus.PodState;
import dev.acp.remote.Command;
import dev.acp.remote.Remote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what the cluster's API says, on one of its control planes, and judges it. */
public final class StatusReader {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The mark that the script prints last. */
  private static final String END = "end";

  private StatusReader() {}

  /**
   * What the API says.
   *
   * @param applied the names of the components that acp applied
   */
  public record Api(
      List<String> reasons, List<NodeState> nodes, List<PodState> pods, List<String> applied) {
    public Api {
      reasons = List.copyOf(reasons);
      nodes = List.copyOf(nodes);
      pods = List.copyOf(pods);
      applied = List.copyOf(applied);
    }
  }

  /** Asks the control plane; one round trip. */
  public static Api read(Remote controlPlane, NodeSpec node, ClusterSpec spec) {
    List<String> args =
        List.of("https://" + node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT);
    String out =
        controlPlane.query(new Command("status", Res.text("kube/status.sh"), args, LIMIT)).out();
    return judge(parts(out), spec);
  }

  /** The parts of the script's output by name; a part that is missing was cut off. */
  static Map<String, String> parts(String out) {
    Map<String, String> parts = new LinkedHashMap<>();
    String name = "";
    StringBuilder text = new StringBuilder();
    for (String line : out.lines().toList()) {
      if (line.startsWith("@@")) {
        if (!name.isEmpty()) {
          parts.put(name, text.toString().strip());
        }
        name = line.substring(2);
        text.setLength(0);
      } else {
        text.append(line).append('\n');
      }
    }
    if (name.equals(END)) {
      parts.put(END, "");
    }
    return parts;
  }

  /** Pure: from what the node printed to a judgement. */
  static Api judge(Map<String, String> parts, ClusterSpec spec) {
    List<String> reasons = new ArrayList<>();
    String ready = parts.getOrDefault("readyz", "");
    if (!ready.equals("ok")) {
      reasons.add(
          "The API server does not say that it is ready: "
              + (ready.isEmpty() ? "no answer" : lastLine(ready))
              + ".");
    }
    JsonNode nodeList = tree(parts.get("nodes"));
    List<NodeState> nodes = nodes(nodeList);
    if (!nodeList.path("items").isArray()) {
      reasons.add("The cluster's nodes could not be read.");
    } else if (nodes.isEmpty()) {
      reasons.add("The cluster shows no node.");
    }
    JsonNode podList = tree(parts.get("pods"));
    List<PodState> pods = pods(podList);
    if (!podList.path("items").isArray()) {
      reasons.add("The cluster's pods could not be read.");
    } else if (pods.isEmpty()) {
      reasons.add("The cluster shows no pod, not even its control plane's own.");
    }
    for (NodeState node : nodes) {
      if (!node.ready()) {
        reasons.add("Node " + node.name() + " is not ready: " + sentence(node.why()));
      }
    }
    for (NodeSpec wanted : spec.nodes()) {
      if (nodes.stream().noneMatch(n -> n.address().equals(wanted.address().toString()))) {
        reasons.add("Node " + wanted.name() + " of the cluster file is not in the cluster.");
      }
    }
    for (PodState pod : pods) {
      if (!pod.fine()) {
        reasons.add(
            "Pod "
                + pod.namespace()
                + "/"
                + pod.name()
                + " on "
                + pod.node()
                + " is "
                + pod.phase()
                + " with "
                + pod.ready()
                + " of "
                + pod.total()
                + " containers ready"
                + (pod.why().isEmpty() ? "." : ": " + pod.why() + "."));
      }
    }
    if (!parts.containsKey(END)) {
      reasons.add("The control plane's answer was cut off before its end.");
    }
    List<String> applied =
        parts.getOrDefault("applied", "").lines().filter(l -> !l.isBlank()).toList();
    return new Api(reasons, nodes, pods, applied);
  }

  private static List<NodeState> nodes(JsonNode list) {
    List<NodeState> nodes = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      boolean ready = false;
      String why = "it has no Ready condition";
      for (JsonNode condition : item.path("status").path("conditions")) {
        if (condition.path("type").asText().equals("Ready")) {
          ready = condition.path("status").asText().equals("True");
          why = condition.path("reason").asText() + ", " + condition.path("message").asText();
        }
      }
      String address = "";
      for (JsonNode a : item.path("status").path("addresses")) {
        if (address.isEmpty() && a.path("type").asText().equals("InternalIP")) {
          address = a.path("address").asText();
        }
      }
      JsonNode labels = item.path("metadata").path("labels");
      nodes.add(
          new NodeState(
              item.path("metadata").path("name").asText(),
              address,
              labels.has("node-role.kubernetes.io/control-plane")
                  || labels.has("node-role.kubernetes.io/master"),
              ready,
              item.path("status").path("nodeInfo").path("kubeletVersion").asText(),
              ready ? "" : why));
    }
    return nodes;
  }

  private static List<PodState> pods(JsonNode list) {
    List<PodState> pods = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      int ready = 0;
      String why = item.path("status").path("reason").asText("");
      for (JsonNode container : item.path("status").path("containerStatuses")) {
        if (container.path("ready").asBoolean()) {
          ready++;
        } else if (container.path("state").has("waiting")) {
          why = container.path("state").path("waiting").path("reason").asText();
        }
      }
      pods.add(
          new PodState(
              item.path("metadata").path("namespace").asText(),
              item.path("metadata").path("name").asText(),
              item.path("spec").path("nodeName").asText("no node"),
              item.path("status").path("phase").asText("Unknown"),
              ready,
              item.path("spec").path("containers").size(),
              why));
    }
    return pods;
  }

  private static JsonNode tree(String text) {
    try {
      return text == null || text.isEmpty() ? JSON.missingNode() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }

  static String lastLine(String text) {
    List<String> lines = text.lines().toList();
    return lines.get(lines.size() - 1);
  }
}
