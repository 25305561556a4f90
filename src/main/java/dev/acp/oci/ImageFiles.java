package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Digest;
import java.io.IOException;

/** The files of images, by their paths: an image layout in a folder, or an archive. */
interface ImageFiles {
  /** The most bytes of a manifest, a configuration or an index. */
  long MOST_MANIFEST = 4 << 20;

  ObjectMapper JSON = new ObjectMapper();

  /** What messages call the whole of it. */
  String shown();

  boolean has(String path);

  /** A file of at most {@link #MOST_MANIFEST} bytes; one that is missing or larger is damaged. */
  byte[] small(String path);

  /** A blob that is there and has this size; its digest is not looked at. */
  Content blob(Descriptor descriptor);

  /** Reads a blob to its end if nobody has yet, and refuses another digest than its name. */
  void verify(Descriptor descriptor);

  static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  /** What messages call one file of it. */
  default String shown(String path) {
    return shown() + "/" + path;
  }

  /** A manifest's or configuration's bytes, checked by size and digest. */
  default byte[] small(Descriptor descriptor) {
    String path = path(descriptor.digest());
    blob(descriptor);
    byte[] bytes = small(path);
    if (!Digest.ofBytes(bytes).equals(descriptor.digest())) {
      throw otherDigest(path);
    }
    return bytes;
  }

  default JsonNode json(String path) {
    return json(small(path), shown(path));
  }

  default JsonNode json(Descriptor descriptor) {
    return json(small(descriptor), shown(path(descriptor.digest())));
  }

  private static JsonNode json(byte[] bytes, String shown) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw damaged(shown + " is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw damaged(shown + " is not JSON");
    }
  }

  default AcpException otherDigest(String path) {
    return damaged(shown(path) + " has another digest than its name");
  }

  default AcpException otherSize(String path, long wanted) {
    return damaged(shown(path) + " is missing, or has not " + wanted + " bytes");
  }

  static AcpException damaged(String what) {
    return AcpException.of(FaultCode.BUNDLE_DAMAGED, what + ".");
  }
}
