package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An OCI image layout in a folder (image-layout.md). Its index names each image by the annotation
 * org.opencontainers.image.ref.name, which here is the repository and tag without a host.
 */
public final class ImageLayout {
  private static final long MOST_MANIFEST = 4 << 20;
  private static final int DEEPEST = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A named image: an index of several platforms, or one manifest. */
  public record Image(ImageRef ref, Descriptor descriptor) {}

  /**
   * Everything that an image consists of.
   *
   * @param manifests those pointed to before those that point; the image's own is the last
   * @param blobs configurations and layers, each once
   */
  public record Parts(List<Descriptor> manifests, Set<Descriptor> blobs) {}

  private final Path folder;
  private final Map<String, Image> images;

  private ImageLayout(Path folder, Map<String, Image> images) {
    this.folder = folder;
    this.images = images;
  }

  /** Reads oci-layout and index.json; what is wrong is {@link FaultCode#BUNDLE_DAMAGED}. */
  public static ImageLayout open(Path folder) {
    if (!Files.isRegularFile(folder.resolve("oci-layout"))) {
      throw damaged(
          folder
              + " is no OCI image layout: a folder with oci-layout, index.json and blobs/ is"
              + " accepted; unpack an archive (oci-archive) first, and convert others with"
              + " skopeo copy docker-archive:FILE oci:FOLDER:NAME");
    }
    ImageLayout empty = new ImageLayout(folder, Map.of());
    JsonNode layout = empty.json(folder.resolve("oci-layout"));
    if (!layout.path("imageLayoutVersion").asText().startsWith("1.")) {
      throw damaged(folder + "/oci-layout does not say imageLayoutVersion 1.x");
    }
    Map<String, Image> images = new LinkedHashMap<>();
    for (JsonNode node : empty.json(folder.resolve("index.json")).path("manifests")) {
      Image image = empty.image(node);
      Image before = images.putIfAbsent(image.ref().toString(), image);
      if (before != null && !before.descriptor().digest().equals(image.descriptor().digest())) {
        throw damaged(folder + "/index.json names two images " + image.ref());
      }
    }
    return new ImageLayout(folder, Map.copyOf(images));
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
        throw AcpException.of(
            FaultCode.BUNDLE_DAMAGED,
            "The bundle's index has the image "
                + image.ref()
                + " as "
                + image.descriptor().digest().oci()
                + ", but its signed manifest says "
                + (wanted == null ? "nothing of it" : wanted.oci())
                + ".");
      }
    }
    for (String name : signed.keySet()) {
      if (layout.find(name).isEmpty()) {
        throw damaged("The bundle's index lacks the image " + name + " of its signed manifest");
      }
    }
    return layout;
  }

  private Image image(JsonNode node) {
    Descriptor descriptor = descriptor(node, folder.resolve("index.json").toString());
    String name =
        descriptor
            .ref()
            .orElseThrow(
                () ->
                    damaged(
                        folder
                            + "/index.json has the image "
                            + descriptor.digest().oci()
                            + " without the annotation "
                            + Descriptor.REF_NAME));
    return new Image(
        ImageRef.parse(name)
            .orElseThrow(
                () ->
                    damaged(
                        folder
                            + "/index.json has the image name "
                            + name
                            + ", but REPOSITORY:TAG without a host is wanted")),
        descriptor);
  }

  private static Descriptor descriptor(JsonNode node, String where) {
    try {
      return Descriptor.parse(node);
    } catch (IllegalArgumentException e) {
      throw damaged(where + ": " + e.getMessage());
    }
  }

  public Path folder() {
    return folder;
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
                    "The image " + ref + " is not in " + folder + "; it holds " + names() + "."));
  }

  private String names() {
    return String.join(", ", images().stream().map(i -> i.ref().toString()).toList());
  }

  /** The platforms of an image, such as linux/amd64; of a lone manifest by its configuration. */
  public List<String> platforms(Image image) {
    if (image.descriptor().isIndex()) {
      return children(image.descriptor()).stream().flatMap(d -> d.platform().stream()).toList();
    }
    JsonNode config = parse(blob(children(image.descriptor()).get(0)), image.ref().toString());
    return List.of(Descriptor.platform(config));
  }

  /**
   * The manifests that are no index, each with its platform as far as that is stated: what a node
   * pulls in the end.
   */
  List<Descriptor> manifests(Image image) {
    if (!image.descriptor().isIndex()) {
      return List.of(image.descriptor().onPlatform(platforms(image).get(0)));
    }
    List<Descriptor> found = new ArrayList<>();
    leaves(image.descriptor(), found, 0);
    return found;
  }

  private void leaves(Descriptor index, List<Descriptor> found, int depth) {
    if (depth > DEEPEST) {
      throw damaged(folder + " has an index within too many others");
    }
    for (Descriptor child : children(index)) {
      if (child.isIndex()) {
        leaves(child, found, depth + 1);
      } else {
        found.add(child);
      }
    }
  }

  /** Follows an image to its last blob; each manifest's digest is checked on the way. */
  public Parts parts(Image image) {
    return parts(image.descriptor());
  }

  Parts parts(Descriptor top) {
    List<Descriptor> manifests = new ArrayList<>();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    follow(top, manifests, blobs, 0);
    return new Parts(List.copyOf(manifests), blobs);
  }

  private void follow(
      Descriptor descriptor, List<Descriptor> manifests, Set<Descriptor> blobs, int depth) {
    if (depth > DEEPEST) {
      throw damaged(folder + " has an index within too many others");
    }
    if (!descriptor.isIndex() && !descriptor.isManifest()) {
      blobs.add(
          new Descriptor(
              "", descriptor.digest(), descriptor.size(), Optional.empty(), Optional.empty()));
      return;
    }
    children(descriptor).forEach(child -> follow(child, manifests, blobs, depth + 1));
    if (manifests.stream().noneMatch(m -> m.digest().equals(descriptor.digest()))) {
      manifests.add(descriptor);
    }
  }

  /** What a manifest (its configuration first, then its layers) or an index points to. */
  private List<Descriptor> children(Descriptor descriptor) {
    String where = blobPath(descriptor.digest()).toString();
    JsonNode node = parse(blob(descriptor), where);
    List<Descriptor> found = new ArrayList<>();
    if (descriptor.isIndex()) {
      node.path("manifests").forEach(child -> found.add(descriptor(child, where)));
    } else {
      found.add(descriptor(node.path("config"), where));
      node.path("layers").forEach(layer -> found.add(descriptor(layer, where)));
    }
    return found;
  }

  /** A manifest's or configuration's bytes, checked by size and digest. */
  public byte[] blob(Descriptor descriptor) {
    Path path = blobPath(descriptor.digest());
    try {
      if (!Files.isRegularFile(path)
          || Files.size(path) != descriptor.size()
          || descriptor.size() > MOST_MANIFEST) {
        throw damaged(path + " is missing, or has not " + descriptor.size() + " bytes");
      }
      byte[] bytes = Files.readAllBytes(path);
      if (!Digest.ofBytes(bytes).equals(descriptor.digest())) {
        throw damaged(path + " has another digest than its name");
      }
      return bytes;
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, path + " cannot be read: " + e, e);
    }
  }

  /** Where a blob lies. */
  public Path blobPath(Digest digest) {
    return folder.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  private JsonNode json(Path file) {
    try {
      if (Files.size(file) > MOST_MANIFEST) {
        throw damaged(file + " has more than " + MOST_MANIFEST + " bytes");
      }
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }

  private static JsonNode parse(byte[] bytes, String where) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw damaged(where + " is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw damaged(where + " is not JSON");
    }
  }

  static AcpException damaged(String what) {
    return AcpException.of(FaultCode.BUNDLE_DAMAGED, what + ".");
  }
}
