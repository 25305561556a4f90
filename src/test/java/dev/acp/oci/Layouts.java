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
  private String arch = "amd64";
  private String variant = "";

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

  /** Of the images to come. */
  public Layouts arch(String newArch, String newVariant) {
    arch = newArch;
    variant = newVariant;
    return this;
  }

  /** An image that every tool takes: its layers are plain tars that the configuration names. */
  public Layouts real(String name, byte[]... layers) throws IOException {
    List<String> diffs = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (byte[] layer : layers) {
      diffs.add('"' + Digest.ofBytes(layer).oci() + '"');
      all.add(blob("application/vnd.oci.image.layer.v1.tar", layer, ""));
    }
    String config =
        "{\"os\":\"linux\",\"architecture\":\""
            + arch
            + (variant.isEmpty() ? "" : "\",\"variant\":\"" + variant)
            + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
            + diffs
            + "}}";
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + Descriptor.OCI_MANIFEST
            + "\",\"config\":"
            + blob(
                "application/vnd.oci.image.config.v1+json",
                config.getBytes(StandardCharsets.UTF_8),
                "")
            + ",\"layers\":"
            + all
            + "}";
    index.add(blob(Descriptor.OCI_MANIFEST, manifest.getBytes(StandardCharsets.UTF_8), ref(name)));
    return this;
  }

  /** An index in an index, so many times. */
  public Layouts nested(String name, int depth) throws IOException {
    return nested(name, depth, 1);
  }

  /** The same, each pointing to the next so many times. */
  public Layouts nested(String name, int depth, int times) throws IOException {
    String inner = "";
    for (int i = 0; i < depth; i++) {
      String text =
          "{\"schemaVersion\":2,\"mediaType\":\""
              + Descriptor.OCI_INDEX
              + "\",\"manifests\":["
              + String.join(",", java.util.Collections.nCopies(inner.isEmpty() ? 1 : times, inner))
              + "]}";
      inner =
          blob(
              Descriptor.OCI_INDEX,
              text.getBytes(StandardCharsets.UTF_8),
              i == depth - 1 ? ref(name) : "");
    }
    index.add(inner);
    return this;
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String ref(String name) {
    return ",\"annotations\":{\"" + Descriptor.REF_NAME + "\":\"" + name + "\"}";
  }

  public Layouts image(String name, byte[]... layers) throws IOException {
    index.add(manifest(arch, ref(name), layers));
    return this;
  }

  /** An image for arm64 alone. */
  public Layouts armImage(String name, byte[]... layers) throws IOException {
    index.add(manifest("arm64", ref(name), layers));
    return this;
  }

  /** An index of amd64 and arm64. */
  public Layouts multi(String name, byte[] amd64, byte[] arm64) throws IOException {
    String platform = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}";
    return index(
        name,
        List.of(
            manifest("amd64", String.format(Locale.ROOT, platform, "amd64"), amd64),
            manifest("arm64", String.format(Locale.ROOT, platform, "arm64"), arm64)));
  }

  /** The same, but only the configurations say which is which. */
  public Layouts multiWithoutPlatforms(String name, byte[] amd64, byte[] arm64) throws IOException {
    return index(name, List.of(manifest("amd64", "", amd64), manifest("arm64", "", arm64)));
  }

  private Layouts index(String name, List<String> children) throws IOException {
    String text =
        "{\"schemaVersion\":2,\"mediaType\":\""
            + Descriptor.OCI_INDEX
            + "\",\"manifests\":"
            + children
            + "}";
    index.add(blob(Descriptor.OCI_INDEX, text.getBytes(StandardCharsets.UTF_8), ref(name)));
    return this;
  }

  public Path write() throws IOException {
    Files.writeString(
        folder.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":" + index + "}");
    return folder;
  }

  public ImageLayout open() throws IOException {
    return ImageLayout.open(write());
  }
}
