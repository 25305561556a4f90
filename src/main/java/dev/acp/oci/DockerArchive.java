package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.archive.Compression;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what docker save and skopeo's docker-archive write (github.com/moby/docker-image-spec,
 * v1.2, "Combined Image JSON + Filesystem Changeset Format"). Each image gets an OCI manifest;
 * configuration and layers stay as they are, byte for byte.
 */
final class DockerArchive {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final Pattern NAMED = Pattern.compile("(?:.*/)?([0-9a-f]{64})(?:\\.json)?");

  private final ArchiveFiles files;
  private final List<Content> blobs = new ArrayList<>();

  private DockerArchive(ArchiveFiles files) {
    this.files = files;
  }

  static ImageSource read(ArchiveFiles files) {
    DockerArchive archive = new DockerArchive(files);
    List<ImageLayout.Image> images = new ArrayList<>();
    JsonNode list = files.json("manifest.json");
    if (!list.isArray() || list.isEmpty()) {
      throw ImageFiles.damaged(files.shown("manifest.json") + " lists no image");
    }
    for (JsonNode entry : list) {
      Descriptor manifest = archive.manifest(entry);
      if (entry.path("RepoTags").isEmpty()) {
        ImageSource.name("", files.shown());
      }
      for (JsonNode tag : entry.path("RepoTags")) {
        images.add(new ImageLayout.Image(ImageSource.name(tag.asText(), files.shown()), manifest));
      }
    }
    return new ImageSource(files.with(archive.blobs), images);
  }

  private Descriptor manifest(JsonNode entry) {
    String path = entry.path("Config").asText();
    byte[] config = files.small(path);
    Digest digest = Digest.ofBytes(config);
    Matcher named = NAMED.matcher(path);
    if (named.matches() && !named.group(1).equals(digest.hex())) {
      throw files.otherDigest(path);
    }
    blobs.add(Content.ofBytes(config));
    ObjectNode manifest = ImageFiles.JSON.createObjectNode();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", Descriptor.OCI_MANIFEST);
    describe(manifest.putObject("config"), CONFIG, digest, config.length);
    ArrayNode layers = manifest.putArray("layers");
    JsonNode wanted = files.json(path).path("rootfs").path("diff_ids");
    JsonNode there = entry.path("Layers");
    if (wanted.size() != there.size()) {
      throw ImageFiles.damaged(
          files.shown(path)
              + " has "
              + wanted.size()
              + " diff_ids, but manifest.json lists "
              + there.size()
              + " layers");
    }
    for (int i = 0; i < there.size(); i++) {
      Content layer = layer(there.get(i).asText());
      String type = type(there.get(i).asText(), layer, wanted.get(i).asText());
      blobs.add(layer);
      describe(layers.addObject(), type, layer.digest(), layer.size().count());
    }
    Content written = Content.ofBytes(bytes(manifest));
    blobs.add(written);
    return new Descriptor(
        Descriptor.OCI_MANIFEST,
        written.digest(),
        written.size().count(),
        Optional.empty(),
        Optional.empty());
  }

  private Content layer(String path) {
    return files
        .find(path)
        .orElseThrow(
            () ->
                ImageFiles.damaged(
                    files.shown(path) + ", which manifest.json lists as a layer, is missing"));
  }

  /** The layer's media type; its content must have the digest that the configuration states. */
  private String type(String path, Content layer, String diffId) {
    if (layer.digest().oci().equals(diffId)) {
      return LAYER;
    }
    try (InputStream first = layer.open();
        InputStream raw = layer.open()) {
      Compression packed = Compression.ofMagic(first.readNBytes(4));
      if (packed != Compression.NONE) {
        DigestInputStream in = new DigestInputStream(Compression.open(raw), Digest.hasher());
        in.transferTo(java.io.OutputStream.nullOutputStream());
        if (Digest.fromRaw(in.getMessageDigest().digest()).oci().equals(diffId)) {
          return LAYER + (packed == Compression.GZIP ? "+gzip" : "+zstd");
        }
      }
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, files.shown() + " cannot be read: " + e, e);
    }
    throw ImageFiles.damaged(
        files.shown(path) + " has another digest than its image's configuration says, " + diffId);
  }

  private static void describe(ObjectNode node, String type, Digest digest, long size) {
    node.put("mediaType", type);
    node.put("digest", digest.oci());
    node.put("size", size);
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return ImageFiles.JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can always be written", e);
    }
  }
}
