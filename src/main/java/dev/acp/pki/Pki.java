package dev.acp.pki;

import dev.acp.value.Digest;
import dev.acp.value.IpAddress;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes authorities and certificates. Keys and signatures are the JDK's; Bouncy Castle only puts
 * the certificates together. Every certificate begins a day back, since a node's clock may be slow.
 */
public final class Pki {
  private static final Duration BACK = Duration.ofDays(1);
  private static final int SERIAL_BITS = 159;
  private final Clock clock;
  private final SecureRandom random;

  /** Kinds of keys: RSA of 2048 bits where kubeadm would make one, else ECDSA on P-256. */
  public enum KeyKind {
    RSA_2048,
    EC_P256
  }

  public Pki(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A self-signed authority. */
  public Identity ca(String commonName, int years, KeyKind kind) {
    KeyPair pair = keyPair(kind);
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    Instant end = clock.instant().atOffset(ZoneOffset.UTC).plus(Period.ofYears(years)).toInstant();
    try {
      X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), end);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyCertSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return new Identity(signed(builder, pair.getPrivate()), pair.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("an authority can be made", e);
    }
  }

  /** A certificate with a new key, signed by an authority; it never outlives the authority. */
  public Identity issue(Identity ca, CertificateRequest request, int days, KeyKind kind) {
    KeyPair pair = keyPair(kind);
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    request.organization().ifPresent(o -> subject.addRDN(BCStyle.O, o));
    subject.addRDN(BCStyle.CN, request.commonName());
    Instant end = clock.instant().plus(Duration.ofDays(days));
    Instant last = ca.certificate().getNotAfter().toInstant();
    try {
      X500Name issuer = new JcaX509CertificateHolder(ca.certificate()).getSubject();
      X509v3CertificateBuilder builder =
          builder(issuer, subject.build(), pair.getPublic(), end.isAfter(last) ? last : end);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
      KeyPurposeId purpose =
          switch (request.usage()) {
            case SERVER -> KeyPurposeId.id_kp_serverAuth;
            case CLIENT -> KeyPurposeId.id_kp_clientAuth;
          };
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(ca.certificate()));
      List<GeneralName> names = names(request);
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      return new Identity(signed(builder, ca.key()), pair.getPrivate());
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate can be issued", e);
    }
  }

  public KeyPair keyPair(KeyKind kind) {
    try {
      KeyPairGenerator generator;
      if (kind == KeyKind.RSA_2048) {
        generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048, random);
      } else {
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA and P-256", e);
    }
  }

  /**
   * The pin by which kubeadm's join knows the authority: {@code sha256:} and the hex digest of the
   * subject public key info (RFC 7469; kubeadm's pubkeypin.Hash).
   */
  public static String caCertHash(X509Certificate ca) {
    return "sha256:" + Digest.ofBytes(ca.getPublicKey().getEncoded()).hex();
  }

  private static List<GeneralName> names(CertificateRequest request) {
    List<GeneralName> out = new ArrayList<>();
    request.dnsNames().forEach(n -> out.add(new GeneralName(GeneralName.dNSName, n)));
    for (IpAddress a : request.addresses()) {
      out.add(new GeneralName(GeneralName.iPAddress, a.toString()));
    }
    return out;
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant end) {
    Instant start = clock.instant().minus(BACK).truncatedTo(ChronoUnit.SECONDS);
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random).setBit(0),
        Date.from(start),
        Date.from(end),
        subject,
        key);
  }

  private X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder(algorithm).setSecureRandom(random).build(key)));
  }
}
