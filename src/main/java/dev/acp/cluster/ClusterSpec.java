package dev.acp.cluster;

import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import dev.acp.value.Version;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster file as resolved: every default filled in, every rule checked. */
public record ClusterSpec(
    String name,
    Kubernetes kubernetes,
    NodeNaming nodeNaming,
    Endpoint endpoint,
    Network network,
    Platform platform,
    Registry registry,
    String containerdRoot,
    String capacity,
    boolean disasterRecovery,
    Checks checks,
    List<NodeSpec> nodes) {
  public ClusterSpec {
    nodes = List.copyOf(nodes);
  }

  public List<NodeSpec> controlPlanes() {
    return nodes.stream().filter(NodeSpec::isControlPlane).toList();
  }

  public List<NodeSpec> workers() {
    return nodes.stream().filter(n -> !n.isControlPlane()).toList();
  }

  public NodeSpec node(NodeName name) {
    return nodes.stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node " + name));
  }

  /** The same cluster with fewer nodes. */
  public ClusterSpec without(Collection<NodeName> gone) {
    return with(kubernetes, nodes.stream().filter(node -> !gone.contains(node.name())).toList());
  }

  /**
   * The same cluster with a Kubernetes version chosen, such as the one that {@link Decisions} hold.
   */
  public ClusterSpec withKubernetesVersion(Version version) {
    return with(
        new Kubernetes(
            Optional.of(version),
            kubernetes.maxPods,
            kubernetes.kubeletArgs,
            kubernetes.apiServerArgs,
            kubernetes.controllerManagerArgs,
            kubernetes.schedulerArgs),
        nodes);
  }

  private ClusterSpec with(Kubernetes otherKubernetes, List<NodeSpec> otherNodes) {
    return new ClusterSpec(
        name,
        otherKubernetes,
        nodeNaming,
        endpoint,
        network,
        platform,
        registry,
        containerdRoot,
        capacity,
        disasterRecovery,
        checks,
        otherNodes);
  }

  /**
   * What Kubernetes is called with.
   *
   * @param knownVersion empty only where the file names none and no bundle was at hand
   */
  public record Kubernetes(
      Optional<Version> knownVersion,
      int maxPods,
      Map<String, String> kubeletArgs,
      Map<String, String> apiServerArgs,
      Map<String, String> controllerManagerArgs,
      Map<String, String> schedulerArgs) {
    public Kubernetes(
        Version version,
        int maxPods,
        Map<String, String> kubeletArgs,
        Map<String, String> apiServerArgs,
        Map<String, String> controllerManagerArgs,
        Map<String, String> schedulerArgs) {
      this(
          Optional.of(version),
          maxPods,
          kubeletArgs,
          apiServerArgs,
          controllerManagerArgs,
          schedulerArgs);
    }

    /** The version to install; always known once a bundle was at hand. */
    public Version version() {
      return knownVersion.orElseThrow(
          () -> new IllegalStateException("no Kubernetes version without a bundle"));
    }
  }

  /** What Kubernetes calls a node. */
  public enum NodeNaming {
    IP,
    HOSTNAME
  }

  /** Where clients find the API server: an address or a name, port 6443. */
  public record Endpoint(String address, Optional<SelfBuiltVip> selfBuiltVip) {
    /** The port that clients of the API server use (000, table 3-1: {@code <VIP>:6443}). */
    public static final int PORT = 6443;

    /** keepalived's virtual router id, and whether haproxy is wanted. */
    public record SelfBuiltVip(int vrid, boolean haproxy) {}

    /** Host and port as kubeadm and kubeconfig files want them; brackets around IPv6. */
    public String hostPort() {
      return (address.contains(":") ? "[" + address + "]" : address) + ":" + PORT;
    }
  }

  /** Address families of the cluster. */
  public enum IpFamily {
    IPV4,
    IPV6,
    DUAL;

    public boolean hasV6() {
      return this != IPV4;
    }
  }

  /** Pod, service and join ranges; one of each or one per family. */
  public record Network(
      String mode,
      IpFamily ipFamily,
      List<Cidr> podCidrs,
      List<Integer> nodeMasks,
      List<Cidr> serviceCidrs,
      List<Cidr> joinCidrs,
      Optional<String> nic,
      String kubeProxyMode) {
    /** The tenth address of the first service range, as kubeadm has it. */
    public IpAddress clusterDns() {
      return serviceCidrs.get(0).address(10);
    }
  }

  /** The platform's own addresses. */
  public record Platform(
      String address,
      List<String> otherAddresses,
      int httpsPort,
      Optional<Integer> httpPort,
      boolean isolation,
      Optional<Certificate> certificate) {
    public Platform(
        String address,
        List<String> otherAddresses,
        int httpsPort,
        boolean isolation,
        Optional<Certificate> certificate) {
      this(address, otherAddresses, httpsPort, Optional.empty(), isolation, certificate);
    }

    /** The first address and the others. */
    public List<String> allAddresses() {
      return Stream.concat(Stream.of(address), otherAddresses.stream()).distinct().toList();
    }

    /** A certificate that the customer brings. */
    public record Certificate(Path certFile, Path keyFile) {}
  }

  /** The platform's own registry, or the customer's. */
  public sealed interface Registry {
    /**
     * On the control planes, port 11443.
     *
     * @param user whom workload clusters pull as (000, "用户名"); the global cluster's own nodes use
     *     client certificates
     */
    record PlatformRegistry(Optional<String> user, Optional<SecretSource> password)
        implements Registry {
      public PlatformRegistry() {
        this(Optional.empty(), Optional.empty());
      }
    }

    /** Somewhere else. */
    record External(
        String address,
        Optional<Path> caFile,
        Optional<String> user,
        Optional<SecretSource> password)
        implements Registry {}
  }

  /** Checks that the file switches off, and limits that it changes. */
  public record Checks(List<String> disable, Map<String, String> limits) {}

  /** Where a secret comes from: a prompt, an environment variable or a file; never an argument. */
  public sealed interface SecretSource {
    record Prompt() implements SecretSource {}

    record Env(String name) implements SecretSource {}

    record SecretFile(Path path) implements SecretSource {}

    /** A secret already read. */
    record Given(Secret secret) implements SecretSource {}
  }

  /** What a node does. */
  public enum Role {
    CONTROL_PLANE,
    WORKER
  }

  /** How a node is reached. */
  public record Ssh(
      String user,
      String address,
      int port,
      Optional<Path> keyFile,
      Optional<SecretSource> passphrase,
      Optional<SecretSource> password,
      Become become,
      Optional<SecretSource> becomePassword,
      Optional<Jump> jump,
      Optional<HostPort> socks5) {
    public Ssh(
        String user,
        String address,
        int port,
        Optional<Path> keyFile,
        Optional<SecretSource> passphrase,
        Optional<SecretSource> password,
        Become become,
        Optional<SecretSource> becomePassword) {
      this(
          user,
          address,
          port,
          keyFile,
          passphrase,
          password,
          become,
          becomePassword,
          Optional.empty(),
          Optional.empty());
    }

    /** How root is had after login. */
    public enum Become {
      NONE,
      SUDO
    }

    /** A host and a port. */
    public record HostPort(String host, int port) {
      @Override
      public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
      }
    }

    /** A host in between; the user is the node's own where none is named. */
    public record Jump(Optional<String> user, HostPort host) {
      @Override
      public String toString() {
        return user.map(u -> u + "@").orElse("") + host;
      }
    }
  }

  /** One machine. */
  public record NodeSpec(
      NodeName name,
      List<IpAddress> addresses,
      Role role,
      boolean deployable,
      boolean platformDedicated,
      Ssh ssh,
      Optional<String> nic,
      Map<String, String> labels,
      List<String> taints,
      Optional<String> displayName,
      String gpu,
      int line) {
    public IpAddress address() {
      return addresses.get(0);
    }

    /** The node's address in the family of another one; its first where it has none such. */
    public IpAddress addressLike(IpAddress other) {
      return addresses.stream().filter(a -> a.isV4() == other.isV4()).findFirst().orElse(address());
    }

    public boolean isControlPlane() {
      return role == Role.CONTROL_PLANE;
    }

    /** What Kubernetes calls the node, unless its host name is wanted. */
    public Optional<String> kubernetesName(NodeNaming naming) {
      return naming == NodeNaming.IP ? Optional.of(address().toString()) : Optional.empty();
    }
  }
}
