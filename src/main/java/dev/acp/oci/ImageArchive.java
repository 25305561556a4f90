package dev.acp.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.archive.TarWriter;
import dev.acp.file.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An OCI archive, a tar of a layout, of small images that a node needs before it has a registry;
 * {@code ctr images import} takes it. Made in memory and therefore for images like pause only.
 */
public final class ImageArchive {
  private static final long MOST = 16 << 20;

  private ImageArchive() {}

  /**
   * The archive; the same images give the same bytes.
   *
   * @param images by the whole name that they are to have on the node, HOST/REPOSITORY:TAG
   */
  public static Content of(ImageLayout layout, Map<String, ImageLayout.Image> images) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode index = json.createObjectNode();
    index.put("schemaVersion", 2);
    ArrayNode manifests = index.putArray("manifests");
    Set<Descriptor> blobs = new LinkedHashSet<>();
    new TreeMap<>(images)
        .forEach(
            (name, image) -> {
              ObjectNode entry = manifests.addObject();
              entry.put("mediaType", image.descriptor().mediaType());
              entry.put("digest", image.descriptor().digest().oci());
              entry.put("size", image.descriptor().size());
              entry.putObject("annotations").put(ImageSource.CONTAINERD_NAME, name);
              ImageLayout.Parts parts = layout.parts(image);
              blobs.addAll(parts.manifests());
              blobs.addAll(parts.blobs());
            });
    if (blobs.stream().mapToLong(Descriptor::size).sum() > MOST) {
      throw new IllegalArgumentException("too large to be imported without a registry: " + images);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      text(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
      text(tar, "index.json", json.writeValueAsString(index));
      List<Descriptor> sorted = new ArrayList<>(blobs);
      sorted.sort(java.util.Comparator.comparing(b -> b.digest().hex()));
      for (Descriptor blob : sorted) {
        try (InputStream in = Files.newInputStream(layout.blobPath(blob.digest()))) {
          tar.file("blobs/sha256/" + blob.digest().hex(), 0644, blob.size(), in);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Content.ofBytes(out.toByteArray());
  }

  private static void text(TarWriter tar, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tar.file(name, 0644, bytes.length, new ByteArrayInputStream(bytes));
  }
}
