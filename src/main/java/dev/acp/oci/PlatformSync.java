package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.oci.SyncPlan.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides what brings images of a layout into a registry that may hold them for other platforms
 * already: a name keeps the platforms that it has there, and those wanted come to it. So a bundle
 * for arm64 alone does not take away what amd64 nodes pull. Reads the registry, changes nothing.
 */
public final class PlatformSync {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ImageLayout layout;
  private final RegistryClient registry;
  private final Set<String> wanted;

  /**
   * @param wanted platforms such as linux/arm64; empty for every one
   */
  public PlatformSync(ImageLayout layout, RegistryClient registry, Set<String> wanted) {
    this.layout = layout;
    this.registry = registry;
    this.wanted = new LinkedHashSet<>(wanted);
  }

  /** The platforms that a layout has anything for, sorted. */
  public static Set<String> platforms(ImageLayout layout) {
    Set<String> all = new java.util.TreeSet<>();
    layout
        .images()
        .forEach(image -> layout.manifests(image).forEach(m -> name(m).ifPresent(all::add)));
    return all;
  }

  /** linux/arm64/v8 is linux/arm64 and arm64, as containerd has it. */
  public static String normal(String platform) {
    String full = platform.contains("/") ? platform : "linux/" + platform;
    return full.equals("linux/arm64/v8") ? "linux/arm64" : full;
  }

  /** Attestations call their platform unknown/unknown; they belong to no node. */
  private static Optional<String> name(Descriptor manifest) {
    return manifest.platform().map(PlatformSync::normal).filter(p -> !p.startsWith("unknown/"));
  }

  private static String key(Descriptor manifest) {
    return name(manifest).orElse("~" + manifest.digest().hex());
  }

  /** What is to be done with this image. */
  public SyncPlan plan(ImageLayout.Image image) {
    Map<String, Descriptor> own = new TreeMap<>();
    layout.manifests(image).forEach(m -> own.putIfAbsent(key(m), m));
    Map<String, Descriptor> chosen = new TreeMap<>(own);
    if (!wanted.isEmpty()) {
      chosen.keySet().retainAll(wanted);
    }
    if (chosen.isEmpty()) {
      return new SyncPlan(image.ref(), Action.OTHER_PLATFORM, List.of(), Optional.empty());
    }
    List<String> names = chosen.values().stream().flatMap(m -> name(m).stream()).toList();
    Optional<byte[]> top = registry.manifest(image.ref().repository(), image.ref().tag());
    Map<String, Descriptor> there =
        top.isEmpty() ? Map.of() : likeOwn(own, there(image.ref(), top.get()));
    Action action = action(chosen, there);
    Sending sending =
        action == Action.PRESENT
            ? sending(image, mediaType(top.orElseThrow()), top.orElseThrow(), chosen)
            : merged(image, own, chosen, there);
    return new SyncPlan(image.ref(), action, names, Optional.of(sending));
  }

  /**
   * An index need not state platforms; the layout knows those of its own manifests all the same.
   */
  private static Map<String, Descriptor> likeOwn(
      Map<String, Descriptor> own, Map<String, Descriptor> there) {
    Map<String, Descriptor> named = new TreeMap<>(there);
    own.forEach(
        (key, manifest) -> {
          Descriptor nameless = named.remove("~" + manifest.digest().hex());
          if (nameless != null) {
            named.putIfAbsent(key, nameless);
          }
        });
    return named;
  }

  private static Action action(Map<String, Descriptor> chosen, Map<String, Descriptor> there) {
    if (there.isEmpty()) {
      return Action.PUSH;
    }
    boolean lacks = false;
    for (Map.Entry<String, Descriptor> one : chosen.entrySet()) {
      Descriptor now = there.get(one.getKey());
      lacks |= now == null;
      if (now != null && !now.digest().equals(one.getValue().digest())) {
        return Action.REPLACE;
      }
    }
    return lacks ? Action.ADD : Action.PRESENT;
  }

  private Sending merged(
      ImageLayout.Image image,
      Map<String, Descriptor> own,
      Map<String, Descriptor> chosen,
      Map<String, Descriptor> there) {
    Map<String, Descriptor> all = new TreeMap<>(there);
    all.putAll(chosen);
    if (all.keySet().equals(own.keySet()) && chosen.size() == own.size()) {
      return Sending.whole(layout, image);
    }
    if (all.size() == 1) {
      Descriptor only = all.values().iterator().next();
      return sending(image, only.mediaType(), layout.blob(only), chosen);
    }
    return sending(image, Descriptor.OCI_INDEX, index(all), chosen);
  }

  /** The manifests chosen with their blobs, below what the tag is to name. */
  private Sending sending(
      ImageLayout.Image image, String mediaType, byte[] top, Map<String, Descriptor> chosen) {
    List<Descriptor> manifests = new ArrayList<>();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    for (Descriptor manifest : chosen.values()) {
      ImageLayout.Parts parts = layout.parts(manifest);
      manifests.addAll(parts.manifests());
      blobs.addAll(parts.blobs());
    }
    return new Sending(image.ref(), mediaType, top, manifests, blobs);
  }

  /** The same manifests give the same bytes, so that a second run finds what the first one put. */
  private static byte[] index(Map<String, Descriptor> manifests) {
    List<Object> entries = new ArrayList<>();
    for (Descriptor manifest : manifests.values()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("mediaType", manifest.mediaType());
      entry.put("digest", manifest.digest().oci());
      entry.put("size", manifest.size());
      manifest.platform().ifPresent(p -> entry.put("platform", platform(p)));
      entries.add(entry);
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", Descriptor.OCI_INDEX);
    index.put("manifests", entries);
    try {
      return JSON.writeValueAsBytes(index);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }

  private static Map<String, Object> platform(String name) {
    String[] parts = name.split("/", 3);
    Map<String, Object> platform = new LinkedHashMap<>();
    platform.put("architecture", parts[1]);
    platform.put("os", parts[0]);
    if (parts.length > 2) {
      platform.put("variant", parts[2]);
    }
    return platform;
  }

  /** What the registry has under a name, by platform. */
  private Map<String, Descriptor> there(ImageRef ref, byte[] top) {
    Map<String, Descriptor> found = new TreeMap<>();
    JsonNode node = json(ref, top);
    try {
      if (node.path("manifests").isArray()) {
        node.path("manifests")
            .forEach(
                child -> {
                  Descriptor manifest = Descriptor.parse(child);
                  found.putIfAbsent(key(manifest), manifest);
                });
        return found;
      }
      Descriptor config = Descriptor.parse(node.path("config"));
      Descriptor only =
          new Descriptor(
              mediaType(top),
              dev.acp.value.Digest.ofBytes(top),
              top.length,
              Optional.of(
                  Descriptor.platform(json(ref, registry.blob(ref.repository(), config.digest())))),
              Optional.empty());
      return Map.of(key(only), only);
    } catch (IllegalArgumentException e) {
      throw unreadable(ref, e);
    }
  }

  private String mediaType(byte[] manifest) {
    try {
      JsonNode node = JSON.readTree(manifest);
      String stated = node.path("mediaType").asText();
      String usual =
          node.path("manifests").isArray() ? Descriptor.OCI_INDEX : Descriptor.OCI_MANIFEST;
      return stated.isEmpty() ? usual : stated;
    } catch (IOException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }

  private JsonNode json(ImageRef ref, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw unreadable(ref, e);
    }
  }

  private AcpException unreadable(ImageRef ref, Exception e) {
    return AcpException.of(
        FaultCode.REGISTRY_FAILED,
        "The registry " + registry.base() + " has the image " + ref + ", but it cannot be read.",
        e);
  }
}
