package dev.acp.openpgp;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;

/** A detached signature file, binary or armored: signature packets and nothing else. */
public final class SignatureFile {
  /** A signature has some hundred bytes; whoever sends megabytes wants something else. */
  static final int MOST_BYTES = 64 << 10;

  private static final int MOST_SIGNATURES = 16;

  private final List<Packets.Packet> packets;

  private SignatureFile(List<Packets.Packet> packets) {
    this.packets = List.copyOf(packets);
  }

  /** Reads a file; anything but a signature file is {@link FaultCode#SIGNATURE_BAD}. */
  public static SignatureFile read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(MOST_BYTES + 1), file.toString());
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The signature " + file + " cannot be read: " + e, e);
    }
  }

  /**
   * Reads signature packets.
   *
   * @param name what a message calls them
   */
  public static SignatureFile parse(byte[] content, String name) {
    try {
      if (content.length > MOST_BYTES) {
        throw new MalformedOpenPgp(
            "has more than " + MOST_BYTES + " bytes, which no signature needs");
      }
      if (content.length == 0) {
        throw new MalformedOpenPgp("is empty");
      }
      List<Packets.Packet> found = new ArrayList<>();
      List<byte[]> blocks =
          Armor.looksArmored(content) ? Armor.blocks(content, "SIGNATURE") : List.of(content);
      for (byte[] block : blocks) {
        for (Packets.Packet packet : Packets.split(block)) {
          if (packet.tag() != Packets.SIGNATURE) {
            throw new MalformedOpenPgp(
                "holds a packet with tag " + packet.tag() + ", but a detached signature has tag 2");
          }
          found.add(packet);
        }
      }
      if (found.isEmpty() || found.size() > MOST_SIGNATURES) {
        throw new MalformedOpenPgp(
            "holds " + found.size() + " signatures, but should hold 1 to " + MOST_SIGNATURES);
      }
      return new SignatureFile(found);
    } catch (MalformedOpenPgp e) {
      throw AcpException.of(
          FaultCode.SIGNATURE_BAD, "The signature " + name + " " + e.getMessage() + ".", e);
    }
  }

  int size() {
    return packets.size();
  }

  /** All its signatures, in binary. */
  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.forEach(packet -> all.writeBytes(packet.bytes()));
    return all.toByteArray();
  }

  /**
   * The digests that the signatures of version 4 say they need, one of each, to be fed while the
   * keys are still being read: a version 4 signature has its hash in its fourth octet (RFC 9580,
   * 5.2.3). Those of version 6 begin with a salt and are not among them.
   */
  public List<DataHash> begin() {
    List<DataHash> begun = new ArrayList<>();
    for (Packets.Packet packet : packets) {
      byte[] body = packet.body();
      if (body.length > 3 && body[0] == 4) {
        HashAlgorithm.byNumber(body[3] & 0xff)
            .filter(h -> begun.stream().noneMatch(b -> b.is(h, new byte[0])))
            .ifPresent(h -> begun.add(new DataHash(h, new byte[0])));
      }
    }
    return List.copyOf(begun);
  }

  /** True where a signature is none of version 4, so that {@link #begin} cannot tell its digest. */
  public boolean salted() {
    return packets.stream().anyMatch(p -> p.body().length == 0 || p.body()[0] != 4);
  }

  /**
   * A new object for the i-th signature; Bouncy Castle keeps the running digest in it. It also
   * mends what it reads (a subpacket's wrong length, say) and hashes the mended form, so what it
   * would write must be what was there.
   */
  PGPSignature signature(int i) throws MalformedOpenPgp {
    Packets.Packet packet = packets.get(i);
    try {
      PGPSignature signature =
          new PGPSignature(new BCPGInputStream(new ByteArrayInputStream(packet.bytes())));
      byte[] again = Packets.split(signature.getEncoded()).get(0).body();
      if (!Arrays.equals(again, packet.body())) {
        throw new MalformedOpenPgp("is not written as it should be");
      }
      return signature;
    } catch (IOException | PGPException | RuntimeException e) {
      // Bouncy Castle tells malformed packets by exceptions of many kinds
      throw new MalformedOpenPgp("cannot be understood: " + e.getMessage());
    }
  }
}
