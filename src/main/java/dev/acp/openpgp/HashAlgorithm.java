package dev.acp.openpgp;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.bcpg.HashAlgorithmTags;

/**
 * The hashes that a signature over data may use (RFC 9580, 9.5), by the JDK's names. Their digests
 * come from the JDK, whose SHA-256 is six times as fast as Bouncy Castle's. The object identifiers
 * are NIST's (RFC 8017, appendix B.1, and csrc.nist.gov for SHA-3).
 */
enum HashAlgorithm {
  SHA256(HashAlgorithmTags.SHA256, "SHA-256", "2.16.840.1.101.3.4.2.1"),
  SHA384(HashAlgorithmTags.SHA384, "SHA-384", "2.16.840.1.101.3.4.2.2"),
  SHA512(HashAlgorithmTags.SHA512, "SHA-512", "2.16.840.1.101.3.4.2.3"),
  SHA3_256(HashAlgorithmTags.SHA3_256, "SHA3-256", "2.16.840.1.101.3.4.2.8"),
  SHA3_512(HashAlgorithmTags.SHA3_512, "SHA3-512", "2.16.840.1.101.3.4.2.10");

  private final int number;
  private final String jdkName;
  private final String oid;

  HashAlgorithm(int number, String jdkName, String oid) {
    this.number = number;
    this.jdkName = jdkName;
    this.oid = oid;
  }

  /** By the number in a signature; empty for all that acp does not take. */
  static Optional<HashAlgorithm> byNumber(int number) {
    return Arrays.stream(values()).filter(h -> h.number == number).findFirst();
  }

  int number() {
    return number;
  }

  /** SHA-256, SHA3-512 and so on. */
  String jdkName() {
    return jdkName;
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(jdkName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK from 17 on has " + jdkName, e);
    }
  }

  /** The DER encoding that an RSA signature holds (RFC 8017, 9.2, step 2), with its NULL. */
  byte[] digestInfo(byte[] hash) {
    try {
      return new DigestInfo(
              new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid), DERNull.INSTANCE), hash)
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("a digest can always be encoded", e);
    }
  }
}
