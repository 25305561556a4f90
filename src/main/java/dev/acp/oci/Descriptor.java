package dev.acp.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acp.value.Digest;
import java.util.Optional;

/**
 * A pointer to content, by digest (OCI image-spec, descriptor.md).
 *
 * @param size in bytes
 * @param platform such as linux/amd64 or linux/arm64/v8, where it is stated
 * @param ref the annotation org.opencontainers.image.ref.name, where it is there
 */
public record Descriptor(
    String mediaType, Digest digest, long size, Optional<String> platform, Optional<String> ref) {
  static final String REF_NAME = "org.opencontainers.image.ref.name";
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** Every kind of manifest that acp moves, for an Accept header. */
  static final String ACCEPT =
      String.join(", ", OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST);

  static Descriptor parse(JsonNode node) {
    String digest = node.path("digest").asText();
    if (!node.path("size").canConvertToLong() || node.path("size").asLong() < 0) {
      throw new IllegalArgumentException("a descriptor has no size");
    }
    JsonNode platform = node.path("platform");
    return new Descriptor(
        node.path("mediaType").asText(),
        Digest.parseOci(digest),
        node.path("size").asLong(),
        platform.isObject() ? Optional.of(platform(platform)) : Optional.empty(),
        Optional.ofNullable(node.path("annotations").path(REF_NAME).asText(null)));
  }

  /** Of a platform or of a configuration, which have the same fields: linux/arm64/v8. */
  static String platform(JsonNode node) {
    String variant = node.path("variant").asText();
    return node.path("os").asText()
        + "/"
        + node.path("architecture").asText()
        + (variant.isEmpty() ? "" : "/" + variant);
  }

  Descriptor onPlatform(String name) {
    return new Descriptor(mediaType, digest, size, Optional.of(name), ref);
  }

  boolean isIndex() {
    return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
  }

  boolean isManifest() {
    return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
  }
}
