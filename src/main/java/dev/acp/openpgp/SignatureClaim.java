package dev.acp.openpgp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a signature says of itself, unverified: whose it is and when it was made. Read without
 * Bouncy Castle, whose loading alone would take longer than all else of a look into a package.
 *
 * @param keyId 16 hex digits; empty if it names none
 * @param created empty if it does not say
 */
public record SignatureClaim(
    String keyId, Optional<Fingerprint> fingerprint, Optional<Instant> created) {
  // RFC 9580, 5.2.3.7
  private static final int CREATION_TIME = 2;
  private static final int ISSUER_KEY_ID = 16;
  private static final int ISSUER_FINGERPRINT = 33;
  private static final int CRITICAL = 0x80;
  private static final Set<Integer> KEYS = Set.of(6, 14);

  /**
   * The claims of a detached signature, armored or binary.
   *
   * @throws IllegalArgumentException if it is none; the message continues the sentence "F ..."
   */
  public static List<SignatureClaim> in(byte[] content) {
    try {
      List<SignatureClaim> all = new ArrayList<>();
      for (Packets.Packet packet : packets(content, "SIGNATURE")) {
        if (packet.tag() != Packets.SIGNATURE) {
          throw new MalformedOpenPgp("holds something else than signatures");
        }
        all.add(of(ByteBuffer.wrap(packet.body())));
      }
      return all;
    } catch (MalformedOpenPgp | RuntimeException e) {
      throw new IllegalArgumentException(
          e instanceof MalformedOpenPgp ? e.getMessage() : "is no OpenPGP signature", e);
    }
  }

  private static List<Packets.Packet> packets(byte[] content, String kind) throws MalformedOpenPgp {
    List<Packets.Packet> all = new ArrayList<>();
    List<byte[]> blocks =
        Armor.looksArmored(content) ? Armor.blocks(content, kind) : List.of(content);
    for (byte[] block : blocks) {
      all.addAll(Packets.split(block));
    }
    return all;
  }

  private static SignatureClaim of(ByteBuffer body) throws MalformedOpenPgp {
    int version = body.get();
    if (version != 4 && version != 6) {
      throw new MalformedOpenPgp("holds a signature of version " + version + ", not 4 or 6");
    }
    body.position(body.position() + 3);
    SignatureClaim claim = new SignatureClaim("", Optional.empty(), Optional.empty());
    for (int area = 0; area < 2; area++) {
      int length = version == 4 ? body.getShort() & 0xffff : body.getInt();
      ByteBuffer subpackets = body.slice(body.position(), length);
      body.position(body.position() + length);
      while (subpackets.hasRemaining()) {
        claim = claim.with(next(subpackets), area == 0);
      }
    }
    return claim;
  }

  private static ByteBuffer next(ByteBuffer in) {
    int first = in.get() & 0xff;
    int length = first;
    if (first == 255) {
      length = in.getInt();
    } else if (first >= 192) {
      length = ((first - 192) << 8) + (in.get() & 0xff) + 192;
    }
    ByteBuffer one = in.slice(in.position(), length);
    in.position(in.position() + length);
    return one;
  }

  private SignatureClaim with(ByteBuffer subpacket, boolean hashed) {
    int type = subpacket.get() & ~CRITICAL & 0xff;
    byte[] rest = new byte[subpacket.remaining()];
    subpacket.duplicate().get(rest);
    if (type == CREATION_TIME && hashed && rest.length == 4) {
      long seconds = ByteBuffer.wrap(rest).getInt() & 0xffffffffL;
      return new SignatureClaim(keyId, fingerprint, Optional.of(Instant.ofEpochSecond(seconds)));
    }
    if (type == ISSUER_KEY_ID && rest.length == 8) {
      return new SignatureClaim(
          HexFormat.of().withUpperCase().formatHex(rest), fingerprint, created);
    }
    if (type == ISSUER_FINGERPRINT && (rest.length == 21 || rest.length == 33)) {
      Fingerprint found = Fingerprint.ofRaw(java.util.Arrays.copyOfRange(rest, 1, rest.length));
      return new SignatureClaim(
          keyId.isEmpty() ? keyId(found) : keyId, Optional.of(found), created);
    }
    return this;
  }

  private static String keyId(Fingerprint f) {
    return f.hex().length() == 40 ? f.hex().substring(24) : f.hex().substring(0, 16);
  }

  /** True if one of these keys could have made it, to go by the names. */
  public boolean names(Set<Fingerprint> keys) {
    return fingerprint.isPresent()
        ? keys.contains(fingerprint.get())
        : keys.stream().anyMatch(k -> keyId(k).equals(keyId));
  }

  /** The fingerprints of all keys and subkeys of a file of public keys; empty if it is none. */
  public static Set<Fingerprint> keysOf(byte[] content) {
    Set<Fingerprint> all = new LinkedHashSet<>();
    try {
      for (Packets.Packet packet : packets(content, "PUBLIC KEY BLOCK")) {
        if (KEYS.contains(packet.tag())) {
          all.add(fingerprint(packet.body()));
        }
      }
      return all;
    } catch (MalformedOpenPgp e) {
      return Set.of();
    }
  }

  /** RFC 9580, 5.5.4: SHA-1 in version 4, SHA-256 in version 6, over the packet with its length. */
  private static Fingerprint fingerprint(byte[] body) throws MalformedOpenPgp {
    boolean old = body.length > 0 && body[0] == 4;
    ByteBuffer head = ByteBuffer.allocate(old ? 3 : 5);
    if (old) {
      head.put((byte) 0x99).putShort((short) body.length);
    } else {
      head.put((byte) 0x9b).putInt(body.length);
    }
    try {
      MessageDigest hash = MessageDigest.getInstance(old ? "SHA-1" : "SHA-256");
      hash.update(head.array());
      return Fingerprint.ofRaw(hash.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1 and SHA-256", e);
    }
  }
}
