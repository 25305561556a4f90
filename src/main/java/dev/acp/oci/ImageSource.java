package dev.acp.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Images as somebody brings them: an OCI layout, or an archive of one, or one of Docker's; told by
 * content, not by name. An image keeps its repository path and tag, and loses the registry's host.
 */
public final class ImageSource {
  /** containerd's own annotation for the whole name of an image (images/archive/reference.go). */
  static final String CONTAINERD_NAME = "io.containerd.image.name";

  private final ImageFiles files;
  private final List<ImageLayout.Image> images;

  ImageSource(ImageFiles files, List<ImageLayout.Image> images) {
    this.files = files;
    this.images = List.copyOf(images);
  }

  /**
   * Opens what a path holds: one of them, or a folder of any number, sorted by name.
   *
   * @param scratch where compressed archives are unpacked to
   */
  public static List<ImageSource> open(Path path, Scratch scratch) {
    if (!Files.isDirectory(path)) {
      return List.of(archive(path, scratch));
    }
    if (isLayout(path)) {
      return List.of(layout(new FolderFiles(path)));
    }
    List<ImageSource> all = new ArrayList<>();
    Problems problems = new Problems(path.toString());
    for (Path child : children(path)) {
      try {
        all.add(isLayout(child) ? layout(new FolderFiles(child)) : archive(child, scratch));
      } catch (AcpException e) {
        problems.add(0, e.fault().what(), "");
      }
    }
    if (all.isEmpty() && problems.isEmpty()) {
      problems.add(0, "is empty", "image archives or image layouts");
    }
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
    return all;
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, folder + " cannot be read: " + e, e);
    }
  }

  private static boolean isLayout(Path path) {
    return Files.isRegularFile(path.resolve("oci-layout"));
  }

  private static ImageSource archive(Path path, Scratch scratch) {
    if (!Files.isRegularFile(path)) {
      throw ImageFiles.damaged(
          path
              + (Files.isDirectory(path)
                  ? " is a folder without oci-layout"
                  : " is not there, or no file"));
    }
    ArchiveFiles files = ArchiveFiles.read(scratch.plain(path), path.toString());
    if (files.has("oci-layout") && files.has("index.json")) {
      return layout(files);
    }
    if (files.has("manifest.json")) {
      return DockerArchive.read(files);
    }
    throw ImageFiles.damaged(
        path
            + " holds no images: neither oci-layout and index.json nor Docker's manifest.json"
            + (files.has("repositories") ? ", which docker save writes since 1.10" : ""));
  }

  private static ImageSource layout(ImageFiles files) {
    if (!files.json("oci-layout").path("imageLayoutVersion").asText().startsWith("1.")) {
      throw ImageFiles.damaged(files.shown("oci-layout") + " does not say imageLayoutVersion 1.x");
    }
    String where = files.shown("index.json");
    List<ImageLayout.Image> images = new ArrayList<>();
    for (JsonNode node : files.json("index.json").path("manifests")) {
      Descriptor descriptor = ImageTree.descriptor(node, where);
      String name =
          Optional.ofNullable(node.path("annotations").path(CONTAINERD_NAME).asText(null))
              .or(descriptor::ref)
              .orElse("");
      images.add(new ImageLayout.Image(name(name, where), descriptor));
    }
    return new ImageSource(files, images);
  }

  /** The name without a host, as acp's registry has it. */
  static ImageRef name(String stated, String where) {
    return ImageRef.parse(ImageRef.withoutHost(stated))
        .orElseThrow(
            () ->
                ImageFiles.damaged(
                    where
                        + " has an image "
                        + (stated.isEmpty() ? "without a name" : "named " + stated)
                        + ", but REPOSITORY:TAG is wanted, such as platform/dns:1.0; write it with"
                        + " skopeo copy FROM docker-archive:FILE:REPOSITORY:TAG"));
  }

  /** Where it lies, for messages. */
  public String shown() {
    return files.shown();
  }

  public List<ImageLayout.Image> images() {
    return images;
  }

  ImageTree tree() {
    return new ImageTree(files);
  }

  /** Looks at every blob of every image; all that is missing or has another digest, at once. */
  public void check() {
    Problems problems = new Problems(shown());
    Set<Descriptor> blobs = new LinkedHashSet<>();
    for (ImageLayout.Image image : images) {
      try {
        blobs.addAll(tree().parts(image.descriptor()).blobs());
      } catch (AcpException e) {
        problems.add(0, "the image " + image.ref() + ": " + e.fault().what(), "");
      }
    }
    blobs.parallelStream()
        .map(this::problem)
        .flatMap(Optional::stream)
        .sorted()
        .toList()
        .forEach(p -> problems.add(0, p, ""));
    problems.throwIfAny(FaultCode.BUNDLE_DAMAGED);
  }

  private Optional<String> problem(Descriptor blob) {
    try {
      files.verify(blob);
      return Optional.empty();
    } catch (AcpException e) {
      return Optional.of(e.fault().what());
    }
  }
}
