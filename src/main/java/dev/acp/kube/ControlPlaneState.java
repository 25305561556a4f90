package dev.acp.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.file.Res;
import dev.acp.remote.Command;
import dev.acp.remote.Remote;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one control plane knows of itself (res/kube/control-plane.sh); asked over SSH, so that it
 * can be told without an API server.
 *
 * @param vip holds, no, or unknown; empty where there is no virtual address
 * @param api what its own API server said to /readyz; ok if all is well
 * @param units state by name, as systemctl is-active has it
 * @param members etcd's, as this one knows them; empty if it did not tell
 * @param self what its own etcd says of itself; empty if it does not answer
 * @param serves true if its etcd answers a read that needs the majority
 * @param drift "missing PATH" and "changed PATH", of what acp put there
 * @param charts the lines of each component that was applied from there
 * @param whole false if its answer was cut off
 */
public record ControlPlaneState(
    NodeName node,
    String vip,
    String api,
    Map<String, String> units,
    List<Member> members,
    Optional<Self> self,
    boolean serves,
    String encryption,
    List<String> drift,
    Map<String, List<String>> charts,
    boolean whole) {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String CHART = "chart ";

  /** A member of etcd: id in hex, and its peer URL, by which it is known before it starts. */
  public record Member(String id, boolean started, String name, String peer, boolean learner) {}

  /**
   * An etcd that answers.
   *
   * @param leader whether it knows of one
   */
  public record Self(boolean leader, boolean learner) {}

  public ControlPlaneState {
    units = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(units));
    members = List.copyOf(members);
    drift = List.copyOf(drift);
    charts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(charts));
  }

  /** Asks it; one round trip. */
  public static ControlPlaneState read(Remote controlPlane, NodeSpec node, ClusterSpec spec) {
    List<String> args = new ArrayList<>();
    args.add(spec.endpoint().selfBuiltVip().isPresent() ? spec.endpoint().address() : "-");
    args.add("https://" + node.address().inUrl() + ":" + ClusterSpec.Endpoint.PORT);
    args.addAll(List.of("containerd.service", "kubelet.service"));
    if (spec.registry() instanceof Registry.PlatformRegistry) {
      args.add("acp-registry.service");
    }
    Command ask = new Command("status", Res.text("kube/control-plane.sh"), args, LIMIT);
    return parse(node.name(), controlPlane.query(ask).out());
  }

  static ControlPlaneState parse(NodeName node, String out) {
    Map<String, String> parts = StatusReader.parts(out);
    Map<String, String> units = new LinkedHashMap<>();
    for (String line : lines(parts, "units")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        units.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    Map<String, List<String>> charts = new LinkedHashMap<>();
    parts.keySet().stream()
        .filter(name -> name.startsWith(CHART))
        .forEach(name -> charts.put(name.substring(CHART.length()), lines(parts, name)));
    String api = parts.getOrDefault("readyz", "");
    return new ControlPlaneState(
        node,
        parts.getOrDefault("vip", ""),
        api.isEmpty() ? "no answer" : StatusReader.lastLine(api),
        units,
        lines(parts, "etcd-members").stream().flatMap(l -> member(l).stream()).toList(),
        self(parts.getOrDefault("etcd-self", "")),
        parts.getOrDefault("etcd-serves", "").equals("yes"),
        parts.getOrDefault("encryption", ""),
        lines(parts, "drift"),
        charts,
        parts.containsKey("end"));
  }

  private static List<String> lines(Map<String, String> parts, String name) {
    return parts.getOrDefault(name, "").lines().filter(l -> !l.isBlank()).toList();
  }

  /** etcdctl's plain form: ID, status, name, peer URLs, client URLs, learner (from 3.4 on). */
  private static Optional<Member> member(String line) {
    String[] words = line.split(", ", -1);
    return words.length < 5
        ? Optional.empty()
        : Optional.of(
            new Member(
                words[0],
                words[1].equals("started"),
                words[2],
                words[3],
                words.length > 5 && words[5].equals("true")));
  }

  private static Optional<Self> self(String json) {
    try {
      JsonNode status = new ObjectMapper().readTree(json).path(0).path("Status");
      return status.isObject()
          ? Optional.of(
              new Self(
                  !status.path("leader").asText("0").equals("0"),
                  status.path("isLearner").asBoolean()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
