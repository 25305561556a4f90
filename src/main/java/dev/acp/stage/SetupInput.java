package dev.acp.stage;

import dev.acp.bundle.Bundle;
import dev.acp.change.Preprocess;
import dev.acp.check.CheckRun;
import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Decisions;
import dev.acp.cluster.Offer;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.node.Fact;
import dev.acp.node.Node;
import dev.acp.node.NodeFacts;
import dev.acp.node.SystemFacts;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.RegistryClient;
import dev.acp.pki.ClusterPki;
import dev.acp.value.Arch;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every stage of setup works from: all of it is known before the first stage begins, so that
 * the wanted states are pure functions of it.
 *
 * @param facts of each node, read once at the start
 * @param checks judges facts by the check list as the cluster file has it
 * @param probe looks at a node anew
 * @param preprocess the way to run init.sh
 * @param registry what an external registry is reached with
 * @param images digest by REPOSITORY:TAG, from the bundle's signed manifest
 */
public record SetupInput(
    ClusterSpec spec,
    Bundle bundle,
    Offer offer,
    Decisions decisions,
    ClusterPki pki,
    Map<NodeName, Node> nodes,
    Map<NodeName, NodeFacts> facts,
    CheckRun checks,
    Function<Node, NodeFacts> probe,
    Preprocess preprocess,
    RegistryAccess registry,
    Map<String, Digest> images) {
  /** The domain of cluster DNS; kubeadm's default. */
  public static final String DOMAIN = "cluster.local";

  public SetupInput {
    nodes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    facts = Map.copyOf(facts);
    images = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(images));
  }

  /** The control plane on which is done what is done once for the whole cluster. */
  public NodeSpec first() {
    return spec.node(decisions.firstControlPlane());
  }

  /** True for the control plane that kubeadm init runs on, decided once; all others join. */
  boolean founds(NodeSpec node) {
    return decisions.founder().filter(node.name()::equals).isPresent();
  }

  public List<NodeName> all() {
    return spec.nodes().stream().map(NodeSpec::name).toList();
  }

  public List<NodeName> workers() {
    return spec.workers().stream().map(NodeSpec::name).toList();
  }

  /**
   * The node's architecture.
   *
   * @throws AcpException CANNOT_TELL where the probe did not see it, or it is none of acp's
   */
  public Arch arch(NodeName node) {
    String machine = known(node, "architecture", facts.get(node).system().arch());
    return Arch.byMachine(machine)
        .orElseThrow(
            () ->
                cannotTell(
                    node,
                    "The node's architecture is "
                        + machine
                        + ", wanted one of "
                        + Arrays.toString(Arch.values())
                        + "."));
  }

  /**
   * The node's operating system.
   *
   * @throws AcpException CANNOT_TELL where the probe did not see it
   */
  public SystemFacts.Os os(NodeName node) {
    return known(node, "operating system", facts.get(node).system().os());
  }

  private static <T> T known(NodeName node, String what, Fact<T> fact) {
    if (fact instanceof Fact.Known<T> known) {
      return known.value();
    }
    throw cannotTell(
        node, "The node's " + what + " is not known: " + ((Fact.Unknown<T>) fact).why() + ".");
  }

  private static AcpException cannotTell(NodeName node, String what) {
    return AcpException.on(node, FaultCode.CANNOT_TELL, what, List.of());
  }

  /** What Kubernetes calls the node. */
  public String kubernetesName(NodeSpec node) {
    return spec.nodeNaming() == ClusterSpec.NodeNaming.IP
        ? node.address().toString()
        : known(node.name(), "host name", facts.get(node.name()).network().hostname());
  }

  /**
   * The bundle's images whose repository is one of these, as REPOSITORY:TAG, in the bundle's order.
   */
  public List<String> imagesOf(String... repositories) {
    List<String> wanted = List.of(repositories);
    return images.keySet().stream()
        .filter(ref -> wanted.contains(ref.substring(0, ref.lastIndexOf(':'))))
        .toList();
  }

  /**
   * The bundle's image layout; its index must say what the signed manifest says.
   *
   * @throws AcpException BUNDLE_DAMAGED
   */
  public ImageLayout layout() {
    return ImageLayout.open(bundle.imageLayout(), images);
  }

  /** The registries that must hold every image, by the name that people know each by. */
  public Map<String, RegistryClient> registries() {
    return registry.clients(spec, pki.pushContext());
  }

  /** The one image of a repository, if the bundle has it. */
  public Optional<String> image(String repository) {
    return imagesOf(repository).stream().findFirst();
  }
}
