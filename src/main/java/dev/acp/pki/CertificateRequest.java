package dev.acp.pki;

import dev.acp.value.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a certificate is to say. */
public record CertificateRequest(
    String commonName,
    Optional<String> organization,
    List<String> dnsNames,
    List<IpAddress> addresses,
    Usage usage) {
  /** What the certificate may be used for (RFC 5280, 4.2.1.12). */
  public enum Usage {
    SERVER,
    CLIENT
  }

  public CertificateRequest {
    dnsNames = List.copyOf(dnsNames);
    addresses = List.copyOf(addresses);
  }

  public static CertificateRequest client(String commonName, String organization) {
    return new CertificateRequest(
        commonName, Optional.of(organization), List.of(), List.of(), Usage.CLIENT);
  }

  /** Names may be DNS names and addresses in any mixture. */
  public static CertificateRequest server(String commonName, List<String> names) {
    List<String> dns = new ArrayList<>();
    List<IpAddress> addresses = new ArrayList<>();
    for (String name : names) {
      IpAddress.parse(name).ifPresentOrElse(addresses::add, () -> dns.add(name));
    }
    return new CertificateRequest(commonName, Optional.empty(), dns, addresses, Usage.SERVER);
  }
}
