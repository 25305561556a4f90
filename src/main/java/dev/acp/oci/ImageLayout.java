package dev.acp.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An OCI image layout in a folder (image-layout.md). Its index names each image by the annotation
 * org.opencontainers.image.ref.name, which here is the repository and tag without a host.
 */
public final class ImageLayout {
  /** A named image: an index of several platforms, or one manifest. */
  public record Image(ImageRef ref, Descriptor descriptor) {}

  /**
   * Everything that an image consists of.
   *
   * @param manifests those pointed to before those that point; the image's own is the last
   * @param blobs configurations and layers, each once
   */
  public record Parts(List<Descriptor> manifests, Set<Descriptor> blobs) {}

  private final FolderFiles files;
  private final ImageTree tree;
  private final Map<String, Image> images;

  private ImageLayout(FolderFiles files, Map<String, Image> images) {
    this.files = files;
    this.tree = new ImageTree(files);
    this.images = images;
  }

  /** Reads oci-layout and index.json; what is wrong is {@link FaultCode#BUNDLE_DAMAGED}. */
  public static ImageLayout open(Path folder) {
    FolderFiles files = new FolderFiles(folder);
    if (!files.has("oci-layout")) {
      throw ImageFiles.damaged(
          folder + " is no OCI image layout: a folder with oci-layout, index.json and blobs/");
    }
    if (!files.json("oci-layout").path("imageLayoutVersion").asText().startsWith("1.")) {
      throw ImageFiles.damaged(folder + "/oci-layout does not say imageLayoutVersion 1.x");
    }
    Map<String, Image> images = new LinkedHashMap<>();
    for (JsonNode node : files.json("index.json").path("manifests")) {
      Image image = image(node, folder);
      Image before = images.putIfAbsent(image.ref().toString(), image);
      if (before != null && !before.descriptor().digest().equals(image.descriptor().digest())) {
        throw ImageFiles.damaged(folder + "/index.json names two images " + image.ref());
      }
    }
    return new ImageLayout(files, Map.copyOf(images));
  }

  /**
   * The same, and its index must say what a signed manifest says: each image with this digest, none
   * more, none less.
   *
   * @param signed digest by REPOSITORY:TAG
   */
  public static ImageLayout open(Path folder, Map<String, Digest> signed) {
    ImageLayout layout = open(folder);
    for (Image image : layout.images()) {
      Digest wanted = signed.get(image.ref().toString());
      if (!image.descriptor().digest().equals(wanted)) {
        throw ImageFiles.damaged(
            "The bundle's index has the image "
                + image.ref()
                + " as "
                + image.descriptor().digest().oci()
                + ", but its signed manifest says "
                + (wanted == null ? "nothing of it" : wanted.oci()));
      }
    }
    for (String name : signed.keySet()) {
      if (layout.find(name).isEmpty()) {
        throw ImageFiles.damaged(
            "The bundle's index lacks the image " + name + " of its signed manifest");
      }
    }
    return layout;
  }

  private static Image image(JsonNode node, Path folder) {
    Descriptor descriptor = ImageTree.descriptor(node, folder + "/index.json");
    String name =
        descriptor
            .ref()
            .orElseThrow(
                () ->
                    ImageFiles.damaged(
                        folder
                            + "/index.json has the image "
                            + descriptor.digest().oci()
                            + " without the annotation "
                            + Descriptor.REF_NAME));
    return new Image(
        ImageRef.parse(name)
            .orElseThrow(
                () ->
                    ImageFiles.damaged(
                        folder
                            + "/index.json has the image name "
                            + name
                            + ", but REPOSITORY:TAG without a host is wanted")),
        descriptor);
  }

  public Path folder() {
    return files.folder();
  }

  /** Every image, by name. */
  public List<Image> images() {
    return images.values().stream()
        .sorted(java.util.Comparator.comparing(i -> i.ref().toString()))
        .toList();
  }

  public Optional<Image> find(String ref) {
    return Optional.ofNullable(images.get(ref));
  }

  /** An image that must be there. */
  public Image get(String ref) {
    return find(ref)
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.IMAGE_UNKNOWN,
                    "The image " + ref + " is not in " + folder() + "; it holds " + names() + "."));
  }

  private String names() {
    return String.join(", ", images().stream().map(i -> i.ref().toString()).toList());
  }

  /** The platforms of an image, such as linux/amd64; of a lone manifest by its configuration. */
  public List<String> platforms(Image image) {
    return tree.platforms(image.descriptor());
  }

  List<Descriptor> manifests(Image image) {
    return tree.manifests(image.descriptor());
  }

  Parts parts(Descriptor manifest) {
    return tree.parts(manifest);
  }

  /** Follows an image to its last blob; each manifest's digest is checked on the way. */
  public Parts parts(Image image) {
    return tree.parts(image.descriptor());
  }

  /** A manifest's or configuration's bytes, checked by size and digest. */
  public byte[] blob(Descriptor descriptor) {
    return files.small(descriptor);
  }

  /** Where a blob lies. */
  public Path blobPath(Digest digest) {
    return folder().resolve(ImageFiles.path(digest));
  }
}
