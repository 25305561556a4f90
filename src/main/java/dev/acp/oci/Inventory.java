package dev.acp.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * Everything that a cluster's registries must have, by digest: kept where acp runs, so that it can
 * be looked at without the bundle.
 */
public record Inventory(List<Piece> pieces) {
  private static final int FORMAT = 1;

  /**
   * One thing in one repository.
   *
   * @param image REPOSITORY:TAG of the first image that needs it
   * @param size of a blob in bytes; a manifest's is not looked at
   */
  public record Piece(String image, Digest digest, long size, boolean manifest) {
    String repository() {
      return image.substring(0, image.lastIndexOf(':'));
    }
  }

  public Inventory {
    pieces = List.copyOf(pieces);
  }

  /** All of a layout's images. */
  public static Inventory of(ImageLayout layout) {
    return ofSendings(layout.images().stream().map(i -> Sending.whole(layout, i)).toList());
  }

  /** What these bring. */
  public static Inventory ofSendings(List<Sending> sendings) {
    Set<Piece> pieces = new LinkedHashSet<>();
    for (Sending sending : sendings) {
      String image = sending.ref().toString();
      pieces.add(new Piece(image, sending.digest(), 0, true));
      sending.manifests().forEach(m -> pieces.add(new Piece(image, m.digest(), 0, true)));
      sending.blobs().forEach(b -> pieces.add(new Piece(image, b.digest(), b.size(), false)));
    }
    return new Inventory(List.copyOf(pieces));
  }

  /** Both. */
  public Inventory plus(Inventory other) {
    Set<Piece> all = new LinkedHashSet<>(pieces);
    all.addAll(other.pieces);
    return new Inventory(List.copyOf(all));
  }

  /**
   * Asks a registry for each, four at once, and gives those that it does not have.
   *
   * @throws AcpException REGISTRY_FAILED
   */
  public List<Piece> missingIn(RegistryClient registry, Stop stop) {
    Map<Piece, Boolean> there = new LinkedHashMap<>();
    List<java.util.concurrent.Callable<Void>> work = new ArrayList<>();
    // one question for what several tags of a repository share
    Map<String, List<Piece>> alike = new LinkedHashMap<>();
    pieces.forEach(
        p ->
            alike
                .computeIfAbsent(p.repository() + "@" + p.digest().oci(), k -> new ArrayList<>())
                .add(p));
    for (List<Piece> same : alike.values()) {
      work.add(
          () -> {
            stop.check();
            boolean has = has(registry, same.get(0));
            synchronized (there) {
              same.forEach(p -> there.put(p, has));
            }
            return null;
          });
    }
    Push.inParallel(work);
    return pieces.stream().filter(p -> !there.get(p)).toList();
  }

  private static boolean has(RegistryClient registry, Piece piece) {
    return piece.manifest()
        ? registry.manifestDigest(piece.repository(), piece.digest().oci()).isPresent()
        : registry.hasBlob(piece.repository(), piece.digest(), piece.size());
  }

  /** Writes the file, mode 0600. */
  public void save(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode document = json.createObjectNode();
    document.put("format", FORMAT);
    ArrayNode all = document.putArray("pieces");
    for (Piece piece : pieces) {
      ObjectNode one = all.addObject();
      one.put("image", piece.image()).put("digest", piece.digest().oci());
      one.put("size", piece.size()).put("manifest", piece.manifest());
    }
    AtomicFile.write(
        file, (document.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8), "rw-------");
  }

  /**
   * The file of an earlier run, if there is one.
   *
   * @throws AcpException FILE_UNREADABLE
   */
  public static Optional<Inventory> load(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode document = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (document.path("format").asInt() != FORMAT) {
        throw new IllegalArgumentException("its format is not " + FORMAT);
      }
      List<Piece> pieces = new ArrayList<>();
      for (JsonNode one : document.path("pieces")) {
        String image = one.path("image").asText();
        if (ImageRef.parse(image).isEmpty()) {
          throw new IllegalArgumentException("not REPOSITORY:TAG: " + image);
        }
        pieces.add(
            new Piece(
                image,
                Digest.parseOci(one.path("digest").asText()),
                one.path("size").asLong(),
                one.path("manifest").asBoolean()));
      }
      return Optional.of(new Inventory(pieces));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          file + " is damaged: " + e.getMessage() + "; acp setup writes it anew.",
          e);
    } catch (IOException e) {
      throw AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
    }
  }
}
