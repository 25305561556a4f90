package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.PlatformPart;
import dev.acp.cluster.ClusterFile.RegistryPart;
import dev.acp.cluster.ClusterSpec.Endpoint;
import dev.acp.cluster.ClusterSpec.IpFamily;
import dev.acp.cluster.ClusterSpec.Platform;
import dev.acp.cluster.ClusterSpec.Platform.Certificate;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.fault.Problems;
import dev.acp.value.IpAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The platform's addresses and ports, its registry, and what disaster recovery asks of them. */
final class PlatformRules {
  /** Ports that Kubernetes, etcd and the registry take on a control plane. */
  private static final Set<Integer> RESERVED =
      Set.of(2379, 2380, 2381, 6443, 10248, 10249, 10250, 10256, 10257, 10259, 11443);

  private static final int FIRST_NODE_PORT = 30000;
  private static final int LAST_NODE_PORT = 32767;

  private final Problems problems;
  private final Path userHome;

  PlatformRules(Problems problems, Path userHome) {
    this.problems = problems;
    this.userHome = userHome;
  }

  Platform platform(ClusterFile file, Endpoint endpoint, IpFamily family) {
    PlatformPart part = file.platform();
    String address = part.address().map(At::value).orElse(endpoint.address());
    int line =
        part.address()
            .map(At::line)
            .orElse(file.endpoint().address().map(At::line).orElse(part.line()));
    // 001, "域名": needed for access over IPv6 and for disaster recovery
    if (!address.isEmpty() && !Names.isDomain(address)) {
      boolean v6 = family.hasV6() || (part.address().isPresent() && address.contains(":"));
      if (v6 || Resolver.disasterRecovery(file)) {
        problems.add(
            line,
            "spec.platform.address is "
                + address
                + (part.address().isPresent() ? "" : " (the cluster's own, since none is written)")
                + (v6
                    ? ", but access over IPv6 needs a name"
                    : ", but disaster recovery needs one"),
            "a domain name");
      }
    }
    Set<String> seen = new HashSet<>(Set.of(address));
    for (At<String> other : part.otherAddresses()) {
      if (!seen.add(other.value())) {
        problems.add(
            other.line(), "the platform address " + other.value() + " twice", "each address once");
      }
    }
    int https = port("httpsPort", part.httpsPort()).orElse(443);
    Optional<Integer> http = port("httpPort", part.httpPort());
    if (http.isPresent() && http.get() == https) {
      problems.add(
          part.httpPort().orElseThrow().line(),
          "spec.platform.httpPort is " + https + ", as is httpsPort",
          "two different ports");
    }
    return new Platform(
        address,
        part.otherAddresses().stream().map(At::value).toList(),
        https,
        http,
        part.isolation(),
        certificate(part));
  }

  private Optional<Certificate> certificate(PlatformPart part) {
    if (part.certFile().isEmpty() || part.keyFile().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Certificate(
            NodeRules.expand(part.certFile().get().value(), userHome),
            NodeRules.expand(part.keyFile().get().value(), userHome)));
  }

  private Optional<Integer> port(String key, Optional<At<Integer>> port) {
    port.ifPresent(
        at -> {
          int p = at.value();
          if (RESERVED.contains(p) || (p >= FIRST_NODE_PORT && p <= LAST_NODE_PORT)) {
            problems.add(
                at.line(),
                "spec.platform." + key + " is " + p + ", which Kubernetes or the registry uses",
                "another port, such as 443");
          }
        });
    return port.map(At::value);
  }

  /** 000, "镜像仓库": the user is not admin; a password goes with a user. */
  Registry registry(ClusterFile file) {
    RegistryPart part = file.registry();
    boolean external = part.type().map(At::value).orElse("platform").equals("external");
    Optional<String> user = part.user().map(At::value);
    Optional<SecretSource> password =
        part.passwordFrom().map(At::value).map(s -> NodeRules.expand(s, userHome));
    boolean told = file.isUnreadable("spec.registry.passwordFrom");
    if (!told && user.isPresent() != password.isPresent()) {
      problems.add(
          part.user().map(At::line).orElse(part.line()),
          "spec.registry has " + (user.isPresent() ? "a user" : "a password") + " alone",
          "user and passwordFrom, or neither");
    }
    if (external) {
      if (part.address().isEmpty() && !file.isUnreadable("spec.registry.address")) {
        problems.add(
            part.line(), "spec.registry.address is missing", "the external registry's host:port");
      }
      return new Registry.External(
          part.address().map(At::value).orElse(""),
          part.caFile().map(f -> NodeRules.expand(f.value(), userHome)),
          user,
          password);
    }
    part.user()
        .filter(u -> u.value().equals("admin"))
        .ifPresent(
            u ->
                problems.add(
                    u.line(), "spec.registry.user is admin, which is the platform's", "another"));
    notForPlatform("address", part.address());
    notForPlatform("caFile", part.caFile());
    return new Registry.PlatformRegistry(user, password);
  }

  private void notForPlatform(String key, Optional<At<String>> written) {
    written.ifPresent(
        at ->
            problems.add(
                at.line(),
                "spec.registry." + key + " with the platform's own registry",
                "type: external, or no " + key));
  }

  /** 001, "灾难恢复环境安装注意事项". */
  void disasterRecovery(ClusterFile file, Endpoint endpoint, Platform platform) {
    if (!Resolver.disasterRecovery(file)) {
      return;
    }
    int line = file.disasterRecovery().orElseThrow().line();
    if (endpoint.selfBuiltVip().isPresent()) {
      problems.add(
          file.endpoint().vipLine(),
          "selfBuiltVip with disasterRecovery",
          "a load balancer that forwards to the virtual address");
    }
    boolean isNode =
        file.nodes().stream()
            .flatMap(n -> n.addresses().stream())
            .anyMatch(a -> a.value().toString().equals(endpoint.address()));
    if (IpAddress.parse(endpoint.address()).isEmpty() || isNode) {
      problems.add(
          file.endpoint().address().map(At::line).orElse(file.endpoint().line()),
          "spec.endpoint.address is " + endpoint.address() + ", but disasterRecovery is true",
          "the virtual IP address of this cluster");
    } else if (!platform.otherAddresses().contains(endpoint.address())) {
      problems.add(
          file.platform().line(),
          "spec.platform.otherAddresses does not have the virtual address "
              + endpoint.address()
              + ", but disasterRecovery is true",
          "otherAddresses: [" + endpoint.address() + "]");
    }
    if (file.platform().certificateLine().isEmpty()) {
      problems.add(
          line,
          "disasterRecovery without spec.platform.certificate",
          "one certificate that both clusters use");
    }
    if (platform.httpsPort() != 443 || platform.httpPort().filter(p -> p != 80).isPresent()) {
      problems.add(
          file.platform().line(),
          "spec.platform's ports with disasterRecovery",
          "httpPort 80 and httpsPort 443");
    }
    if (file.registry().user().isEmpty() || file.registry().passwordFrom().isEmpty()) {
      problems.add(
          file.registry().line(),
          "spec.registry without user and passwordFrom, but disasterRecovery is true",
          "the same user and password in both clusters");
    }
  }
}
