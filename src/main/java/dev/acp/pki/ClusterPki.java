package dev.acp.pki;

import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Every authority and key of one cluster that acp makes by itself: Kubernetes' three authorities
 * and its service account key, and the registry's authority with its certificates. Made once, kept
 * on the installer node, and brought to the control planes before kubeadm runs (operations.md,
 * 1.12).
 */
public final class ClusterPki {
  private static final int CA_YEARS = 10;

  /** Nothing renews the registry's certificates in between, so they last as long as it does. */
  private static final int REGISTRY_DAYS = 3650;

  /** As long as kubeadm's. */
  private static final int KUBELET_DAYS = 365;

  private static final Duration LEAST_LEFT = Duration.ofDays(30);

  private final Map<String, Identity> authorities;
  private final Secret serviceAccountKey;
  private final String serviceAccountPublicKey;
  private final Identity registryCa;
  private final Map<NodeName, Identity> registryServers;
  private final Identity nodeClient;
  private final Identity pushClient;

  private ClusterPki(
      Map<String, Identity> authorities,
      PrivateKey serviceAccount,
      Identity registryCa,
      Map<NodeName, Identity> registryServers,
      Identity nodeClient,
      Identity pushClient) {
    this.authorities = authorities;
    this.serviceAccountKey = Pem.key(serviceAccount);
    this.serviceAccountPublicKey = Pem.publicKey(publicOf(serviceAccount));
    this.registryCa = registryCa;
    this.registryServers = registryServers;
    this.nodeClient = nodeClient;
    this.pushClient = pushClient;
  }

  /**
   * For whom certificates are wanted.
   *
   * @param controlPlanes every control plane with its addresses; one registry runs on each
   * @param registryNames names and addresses that every registry answers to: the logical host
   *     without its port, the cluster's address
   */
  public record Wanted(
      Map<NodeName, List<IpAddress>> controlPlanes, Collection<String> registryNames) {}

  /**
   * Reads the folder, and makes what is not there. A registry's certificate that lacks a name or is
   * about to expire is issued anew; authorities never are.
   *
   * @throws dev.acp.fault.AcpException FILE_UNREADABLE, if a file is damaged
   */
  public static ClusterPki loadOrCreate(
      Path folder, Clock clock, SecureRandom random, Wanted wanted) throws IOException {
    return loadOrCreate(folder, clock, random, wanted, LEAST_LEFT);
  }

  /**
   * The same.
   *
   * @param leastLeft a registry's certificate that ends earlier than this from now on is issued
   *     anew
   */
  public static ClusterPki loadOrCreate(
      Path folder, Clock clock, SecureRandom random, Wanted wanted, Duration leastLeft)
      throws IOException {
    Pki pki = new Pki(clock, random);
    PkiFolder files = new PkiFolder(folder);
    Map<String, Identity> authorities = new LinkedHashMap<>();
    for (Map.Entry<String, String> ca :
        List.of(
            Map.entry("ca", "kubernetes"),
            Map.entry("front-proxy-ca", "front-proxy-ca"),
            Map.entry("etcd/ca", "etcd-ca"))) {
      authorities.put(
          ca.getKey(),
          files.loadOrCreate(
              ca.getKey(), () -> pki.ca(ca.getValue(), CA_YEARS, Pki.KeyKind.RSA_2048)));
    }
    PrivateKey serviceAccount = serviceAccount(folder, files, pki);
    Identity registryCa =
        files.loadOrCreate(
            "registry/ca", () -> pki.ca("acp registry", CA_YEARS, Pki.KeyKind.EC_P256));
    Issuer issuer = new Issuer(pki, files, registryCa, clock, leastLeft);
    Map<NodeName, Identity> servers = new LinkedHashMap<>();
    for (Map.Entry<NodeName, List<IpAddress>> node : wanted.controlPlanes().entrySet()) {
      List<String> names = new ArrayList<>(wanted.registryNames());
      node.getValue().forEach(a -> names.add(a.toString()));
      servers.put(
          node.getKey(),
          issuer.get(
              "registry/" + node.getKey(),
              CertificateRequest.server("acp registry " + node.getKey(), names)));
    }
    return new ClusterPki(
        authorities,
        serviceAccount,
        registryCa,
        servers,
        issuer.get("registry/node-client", CertificateRequest.client("node", "acp:pull")),
        issuer.get("registry/acp-client", CertificateRequest.client("acp", "acp:push")));
  }

  /** What every control plane has below /etc/kubernetes/pki before kubeadm runs there. */
  public List<PkiFile> controlPlaneFiles() {
    List<PkiFile> out = new ArrayList<>();
    authorities.forEach(
        (name, ca) -> {
          out.add(new PkiFile(name + ".crt", "rw-r--r--", Secret.of(ca.certificatePem())));
          out.add(new PkiFile(name + ".key", PkiFolder.PRIVATE, ca.keyPem()));
        });
    out.add(new PkiFile("sa.key", PkiFolder.PRIVATE, serviceAccountKey));
    out.add(new PkiFile("sa.pub", "rw-r--r--", Secret.of(serviceAccountPublicKey)));
    return List.copyOf(out);
  }

  /** All of the folder that {@link #loadOrCreate} reads, by the same names. */
  public List<PkiFile> installerFiles() {
    List<PkiFile> out = new ArrayList<>();
    Map<String, Identity> pairs = new LinkedHashMap<>(authorities);
    pairs.put("registry/ca", registryCa);
    registryServers.forEach((node, server) -> pairs.put("registry/" + node, server));
    pairs.put("registry/node-client", nodeClient);
    pairs.put("registry/acp-client", pushClient);
    pairs.forEach(
        (name, pair) -> {
          out.add(new PkiFile(name + ".key", PkiFolder.PRIVATE, pair.keyPem()));
          out.add(new PkiFile(name + ".crt", PkiFolder.PRIVATE, Secret.of(pair.certificatePem())));
        });
    out.add(new PkiFile("sa.key", PkiFolder.PRIVATE, serviceAccountKey));
    return List.copyOf(out);
  }

  /**
   * A certificate for a kubelet to call the API server by, with its key, in one text as the kubelet
   * keeps them.
   *
   * @param kubernetesName the node's name in Kubernetes
   */
  public Secret kubeletClient(String kubernetesName, Clock clock, SecureRandom random) {
    Identity made =
        new Pki(clock, random)
            .issue(
                authorities.get("ca"),
                CertificateRequest.client("system:node:" + kubernetesName, "system:nodes"),
                KUBELET_DAYS,
                Pki.KeyKind.EC_P256);
    return Secret.of(made.certificatePem() + made.keyPem().reveal());
  }

  /** Every private key, for what hides secrets. */
  public List<Secret> secrets() {
    List<Secret> keys = new ArrayList<>();
    authorities.values().forEach(ca -> keys.add(ca.keyPem()));
    keys.add(serviceAccountKey);
    keys.add(registryCa.keyPem());
    registryServers.values().forEach(server -> keys.add(server.keyPem()));
    keys.add(nodeClient.keyPem());
    keys.add(pushClient.keyPem());
    return keys;
  }

  /** The cluster's own authority. */
  public X509Certificate ca() {
    return authorities.get("ca").certificate();
  }

  /** The pin of the cluster's authority, for a join. */
  public String caCertHash() {
    return Pki.caCertHash(ca());
  }

  /** Whom the registries and their clients trust. */
  public X509Certificate registryCa() {
    return registryCa.certificate();
  }

  /** What the registry of one control plane shows. */
  public Identity registryServer(NodeName controlPlane) {
    Identity server = registryServers.get(controlPlane);
    if (server == null) {
      throw new IllegalArgumentException("no registry certificate for " + controlPlane);
    }
    return server;
  }

  /** What every node shows to the registries when it pulls. */
  public Identity nodeClient() {
    return nodeClient;
  }

  /** What acp shows to the registries when it pushes. */
  public Identity pushClient() {
    return pushClient;
  }

  /** TLS to the registries, for a push. */
  public SSLContext pushContext() {
    return MutualTls.context(List.of(registryCa()), Optional.of(pushClient));
  }

  /**
   * TLS to the registries of a cluster that was installed from here; makes nothing.
   *
   * @return empty if this folder has no keys for them
   */
  public static Optional<SSLContext> pushContext(Path folder) throws IOException {
    PkiFolder files = new PkiFolder(folder);
    Optional<Identity> ca = files.load("registry/ca");
    Optional<Identity> client = files.load("registry/acp-client");
    return ca.isEmpty() || client.isEmpty()
        ? Optional.empty()
        : Optional.of(MutualTls.context(List.of(ca.get().certificate()), client));
  }

  private static PrivateKey serviceAccount(Path folder, PkiFolder files, Pki pki)
      throws IOException {
    Optional<Secret> there = files.text("sa.key");
    if (there.isEmpty()) {
      KeyPair pair = pki.keyPair(Pki.KeyKind.RSA_2048);
      files.write("sa.key", Pem.key(pair.getPrivate()).reveal());
      return pair.getPrivate();
    }
    try {
      return Pem.readKey(there.get());
    } catch (IOException e) {
      throw PkiFolder.damaged(folder.resolve("sa.key"), "cannot be read");
    }
  }

  private static PublicKey publicOf(PrivateKey key) {
    RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
    try {
      return java.security.KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key has a public half", e);
    }
  }

  /** Certificates of the registry's authority, kept as long as they fit. */
  private record Issuer(Pki pki, PkiFolder files, Identity ca, Clock clock, Duration leastLeft) {
    Identity get(String name, CertificateRequest request) throws IOException {
      Optional<Identity> there = files.load(name).filter(i -> fits(i.certificate(), request));
      if (there.isPresent()) {
        return there.get();
      }
      Identity made = pki.issue(ca, request, REGISTRY_DAYS, Pki.KeyKind.EC_P256);
      files.save(name, made);
      return made;
    }

    private boolean fits(X509Certificate certificate, CertificateRequest request) {
      try {
        certificate.verify(ca.certificate().getPublicKey());
        Set<String> names = new HashSet<>();
        Collection<List<?>> there = certificate.getSubjectAlternativeNames();
        for (List<?> name : there == null ? List.<List<?>>of() : there) {
          String text = String.valueOf(name.get(1));
          names.add(IpAddress.parse(text).map(IpAddress::toString).orElse(text));
        }
        return names.containsAll(request.dnsNames())
            && names.containsAll(request.addresses().stream().map(IpAddress::toString).toList())
            && certificate.getNotAfter().toInstant().isAfter(clock.instant().plus(leastLeft));
      } catch (GeneralSecurityException e) {
        return false;
      }
    }
  }
}
