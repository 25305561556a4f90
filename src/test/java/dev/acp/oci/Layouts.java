package dev.acp.oci;

import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes small image layouts for tests. */
public final class Layouts {
  private final Path folder;
  private final List<String> index = new ArrayList<>();

  public Layouts(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private String blob(String type, byte[] bytes, String more) throws IOException {
    Digest digest = Digest.ofBytes(bytes);
    Files.write(folder.resolve("blobs/sha256/" + digest.hex()), bytes);
    return String.format(
        Locale.ROOT,
        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}",
        type,
        digest.oci(),
        bytes.length,
        more);
  }

  private String manifest(String arch, String more, byte[]... layers) throws IOException {
    String config =
        blob(
            "application/vnd.oci.image.config.v1+json",
            ("{\"os\":\"linux\",\"architecture\":\"" + arch + "\"}")
                .getBytes(StandardCharsets.UTF_8),
            "");
    List<String> all = new ArrayList<>();
    for (byte[] layer : layers) {
      all.add(blob("application/vnd.oci.image.layer.v1.tar+gzip", layer, ""));
    }
    return blob(
        Descriptor.OCI_MANIFEST,
        ("{\"schemaVersion\":2,\"mediaType\":\""
                + Descriptor.OCI_MANIFEST
                + "\",\"config\":"
                + config
                + ",\"layers\":"
                + all
                + "}")
            .getBytes(StandardCharsets.UTF_8),
        more);
  }

  private static String ref(String name) {
    return ",\"annotations\":{\"" + Descriptor.REF_NAME + "\":\"" + name + "\"}";
  }

  public Layouts image(String name, byte[]... layers) throws IOException {
    index.add(manifest("amd64", ref(name), layers));
    return this;
  }

  /** An image for arm64 alone. */
  public Layouts armImage(String name, byte[]... layers) throws IOException {
    index.add(manifest("arm64", ref(name), layers));
    return this;
  }

  /** An index of amd64 and arm64. */
  public Layouts multi(String name, byte[] amd64, byte[] arm64) throws IOException {
    List<String> children = new ArrayList<>();
    children.add(
        manifest("amd64", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}", amd64));
    children.add(
        manifest("arm64", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}", arm64));
    String text =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + Descriptor.OCI_INDEX
            + "\",\"manifests\":"
            + children
            + "}";
    index.add(blob(Descriptor.OCI_INDEX, text.getBytes(StandardCharsets.UTF_8), ref(name)));
    return this;
  }

  public ImageLayout open() throws IOException {
    Files.writeString(
        folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":" + index + "}");
    return ImageLayout.open(folder);
  }
}
