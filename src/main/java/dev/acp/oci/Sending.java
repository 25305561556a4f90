package dev.acp.oci;

import dev.acp.value.Digest;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One image as it is to stand in a registry: what its tag names, and all of a layout that this
 * needs. Immutable.
 */
public final class Sending {
  private final ImageRef ref;
  private final String mediaType;
  private final byte[] top;
  private final Digest digest;
  private final List<Descriptor> manifests;
  private final Set<Descriptor> blobs;

  /**
   * @param mediaType of what the tag is to name
   * @param top the bytes of that
   * @param manifests of the layout, to be put by digest, those pointed to before those that point
   * @param blobs of the layout: configurations and layers
   */
  Sending(
      ImageRef ref,
      String mediaType,
      byte[] top,
      List<Descriptor> manifests,
      Set<Descriptor> blobs) {
    this.ref = ref;
    this.mediaType = mediaType;
    this.top = top.clone();
    this.digest = Digest.ofBytes(top);
    this.manifests = List.copyOf(manifests);
    this.blobs = Collections.unmodifiableSet(new LinkedHashSet<>(blobs));
  }

  /** An image as its layout has it, every platform of it. */
  static Sending whole(ImageLayout layout, ImageLayout.Image image) {
    ImageLayout.Parts parts = layout.parts(image);
    List<Descriptor> below =
        parts.manifests().stream()
            .filter(m -> !m.digest().equals(image.descriptor().digest()))
            .toList();
    return new Sending(
        image.ref(),
        image.descriptor().mediaType(),
        layout.blob(image.descriptor()),
        below,
        parts.blobs());
  }

  public ImageRef ref() {
    return ref;
  }

  /** The digest of what the tag names. */
  public Digest digest() {
    return digest;
  }

  String mediaType() {
    return mediaType;
  }

  byte[] top() {
    return top.clone();
  }

  List<Descriptor> manifests() {
    return manifests;
  }

  Set<Descriptor> blobs() {
    return blobs;
  }
}
