package dev.acp.stage;

import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Fills the placeholders of a bundle's manifests: a closed list, filled in literally, once. An
 * unknown one is a fault of the bundle.
 */
final class Templates {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]{1,200})}}");

  private final ClusterSpec spec;
  private final String clusterDomain;
  private final String registryHost;
  private final Map<String, Digest> images;

  /**
   * @param images digest by REPOSITORY:TAG
   */
  Templates(
      ClusterSpec spec, String clusterDomain, String registryHost, Map<String, Digest> images) {
    this.spec = spec;
    this.clusterDomain = clusterDomain;
    this.registryHost = registryHost;
    this.images = images;
  }

  /** The text with every placeholder filled in; name is shown when one cannot be. */
  String fill(String name, String text) {
    Matcher m = PLACE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (m.find()) {
      m.appendReplacement(out, Matcher.quoteReplacement(value(name, m.group(1))));
    }
    return m.appendTail(out).toString();
  }

  private String value(String name, String place) {
    if (place.startsWith("image:")) {
      return image(name, place.substring("image:".length()));
    }
    return switch (place) {
      case "clusterDns" -> spec.network().clusterDns().toString();
      case "clusterDomain" -> clusterDomain;
      case "podCidr" ->
          spec.network().podCidrs().stream().map(Object::toString).collect(Collectors.joining(","));
      case "serviceCidr" ->
          spec.network().serviceCidrs().stream()
              .map(Object::toString)
              .collect(Collectors.joining(","));
      case "nodeMask" -> spec.network().nodeMasks().get(0).toString();
      case "nic" -> spec.network().nic().orElse("");
      default ->
          throw AcpException.of(
              FaultCode.BUNDLE_INVALID,
              name
                  + " of the bundle holds the placeholder {{"
                  + place
                  + "}}, which acp does not"
                  + " know; it may need a newer acp.");
    };
  }

  private String image(String name, String reference) {
    Digest digest = images.get(reference);
    if (digest == null) {
      throw AcpException.of(
          FaultCode.BUNDLE_INVALID,
          name + " of the bundle names the image " + reference + ", which the bundle lacks.");
    }
    String repository = reference.substring(0, reference.lastIndexOf(':'));
    return registryHost + "/" + repository + "@" + digest.oci();
  }
}
