package dev.acp.stage;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.oci.RegistryClient;
import dev.acp.pki.MutualTls;
import dev.acp.pki.Pem;
import dev.acp.registry.RegistryNames;
import dev.acp.remote.Secrets;
import dev.acp.value.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What an external registry is reached with; nothing of it for the platform's own, which has keys
 * of the cluster's.
 *
 * @param authority its authority's certificates, PEM; without them those that the system trusts
 * @param login whom acp and the nodes are there
 */
public record RegistryAccess(Optional<String> authority, Optional<Login> login) {
  /** Debian's, and RHEL's, of everything that the system trusts. */
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

  public static RegistryAccess none() {
    return new RegistryAccess(Optional.empty(), Optional.empty());
  }

  /**
   * Reads the authority's file and the password that the cluster file names.
   *
   * @throws AcpException FILE_UNREADABLE, USAGE
   */
  public static RegistryAccess of(ClusterSpec spec, Secrets secrets) {
    if (!(spec.registry() instanceof Registry.External external)) {
      return none();
    }
    return new RegistryAccess(
        external.caFile().map(RegistryAccess::authority),
        external
            .user()
            .map(
                user ->
                    new Login(
                        user,
                        secrets.read(
                            external.password().orElseThrow(),
                            "The password of " + user + " at " + external.address()))));
  }

  private static String authority(Path file) {
    try {
      String text = Files.readString(file);
      Pem.readCertificates(text);
      return text;
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE,
          "spec.registry.caFile " + file + " cannot be read: " + e.getMessage() + ".",
          e);
    }
  }

  /**
   * Every registry of the cluster that a push must fill, by the name that people know it by: the
   * control planes', or the external one.
   *
   * @param own keys to the platform's own
   */
  public Map<String, RegistryClient> clients(ClusterSpec spec, SSLContext own) {
    Map<String, RegistryClient> clients = new LinkedHashMap<>();
    if (spec.registry() instanceof Registry.External external) {
      clients.put(external.address(), external(external));
      return clients;
    }
    for (NodeSpec node : spec.controlPlanes()) {
      clients.put(
          node.name().text(),
          new RegistryClient(URI.create(RegistryNames.url(node.address())), own));
    }
    return clients;
  }

  /** The external one. */
  RegistryClient external(Registry.External external) {
    return new RegistryClient(
        URI.create("https://" + external.address()),
        MutualTls.context(trusted(), Optional.empty()),
        login);
  }

  private List<X509Certificate> trusted() {
    try {
      if (authority.isPresent()) {
        return Pem.readCertificates(authority.get());
      }
      for (Path file : SYSTEM) {
        if (Files.isReadable(file)) {
          return Pem.readCertificates(Files.readString(file));
        }
      }
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The trusted authorities cannot be read: " + e, e);
    }
    throw AcpException.of(
        FaultCode.USAGE,
        "This machine has no list of trusted authorities ("
            + SYSTEM
            + "); spec.registry.caFile can name the registry's own.");
  }
}
