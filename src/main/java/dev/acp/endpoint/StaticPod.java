package dev.acp.endpoint;

import dev.acp.value.Digest;
import dev.acp.yaml.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A static pod of one program on the node's own network, with files of the node. It carries its
 * configuration's digest, so that the kubelet starts it anew when the configuration changes.
 */
final class StaticPod {
  private StaticPod() {}

  /**
   * The manifest.
   *
   * @param image with its host, as the node pulled it
   * @param security the container's securityContext
   * @param files paths on the node by a name for each, the same inside
   * @param config the text whose digest stands in the annotation
   */
  static String write(
      String name,
      String image,
      List<String> args,
      Map<String, Object> security,
      Map<String, String> files,
      String config) {
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", name);
    container.put("image", image);
    container.put("imagePullPolicy", "IfNotPresent");
    container.put("args", args);
    container.put("resources", Map.of("requests", new LinkedHashMap<>(Map.of("cpu", "10m"))));
    container.put("securityContext", security);
    List<Object> mounts = new ArrayList<>();
    List<Object> volumes = new ArrayList<>();
    files.forEach((file, path) -> mount(file, path, mounts, volumes));
    container.put("volumeMounts", mounts);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", "kube-system");
    metadata.put("labels", Map.of("component", name));
    metadata.put("annotations", Map.of("acp.dev/config", Digest.ofText(config).hex()));
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("hostNetwork", true);
    spec.put("priorityClassName", "system-node-critical");
    spec.put("containers", List.of(container));
    spec.put("volumes", volumes);
    Map<String, Object> pod = new LinkedHashMap<>();
    pod.put("apiVersion", "v1");
    pod.put("kind", "Pod");
    pod.put("metadata", metadata);
    pod.put("spec", spec);
    return YamlText.write(pod);
  }

  private static void mount(String name, String path, List<Object> mounts, List<Object> volumes) {
    Map<String, Object> mount = new LinkedHashMap<>();
    mount.put("name", name);
    mount.put("mountPath", path);
    mount.put("readOnly", true);
    mounts.add(mount);
    Map<String, Object> hostPath = new LinkedHashMap<>();
    hostPath.put("path", path);
    hostPath.put("type", "File");
    Map<String, Object> volume = new LinkedHashMap<>();
    volume.put("name", name);
    volume.put("hostPath", hostPath);
    volumes.add(volume);
  }
}
