package dev.acp.operation;

import dev.acp.cluster.ClusterSpec;
import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.ClusterSpec.Registry;
import dev.acp.containerd.ContainerdConfig;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.kube.CertificateFile;
import dev.acp.kube.CertificateReader;
import dev.acp.kube.ClusterStatus;
import dev.acp.kube.ClusterStatus.MissingDigest;
import dev.acp.kube.ClusterStatus.RegistryState;
import dev.acp.kube.ControlPlaneState;
import dev.acp.kube.StatusJudge;
import dev.acp.kube.StatusReader;
import dev.acp.node.Fleet;
import dev.acp.node.Node;
import dev.acp.node.Result;
import dev.acp.oci.Inventory;
import dev.acp.oci.RegistryClient;
import dev.acp.value.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * acp status: every control plane is asked over SSH, one of them for what the API says, and every
 * registry for every digest. Changes nothing.
 */
public final class Status {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** As acp certs check counts them, unless it is told otherwise. */
  private static final Duration SOON = Duration.ofDays(30);

  /**
   * What the registries are asked with.
   *
   * @param why they cannot be, if so; one sentence
   */
  public record Registries(
      Map<String, RegistryClient> clients, Inventory wanted, Optional<String> why) {
    public Registries {
      clients = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(clients));
    }

    public static Registries unknown(String why) {
      return new Registries(Map.of(), new Inventory(List.of()), Optional.of(why));
    }
  }

  private final ClusterSpec spec;
  private final Registries registries;
  private final Stop stop;

  public Status(ClusterSpec spec, Registries registries, Stop stop) {
    this.spec = spec;
    this.registries = registries;
    this.stop = stop;
  }

  /** Looks once, at the control planes of this fleet. */
  public ClusterStatus look(Fleet fleet) {
    Map<NodeName, String> unreachable = new LinkedHashMap<>();
    fleet.faults().forEach((name, fault) -> unreachable.put(name, fault.what()));
    unreachable.keySet().removeIf(name -> !spec.node(name).isControlPlane());
    Map<NodeName, ControlPlaneState> seen = new LinkedHashMap<>();
    Fleet.each(
            fleet.nodes().stream().filter(node -> node.spec().isControlPlane()).toList(),
            Fleet.PARALLEL,
            LIMIT,
            node -> ControlPlaneState.read(node.remote(), node.spec(), spec))
        .forEach(
            (name, result) -> {
              result.done().ifPresent(state -> seen.put(name, state));
              result.failure().ifPresent(fault -> unreachable.put(name, fault.what()));
            });
    stop.check();
    List<String> reasons = new ArrayList<>();
    registries.why().ifPresent(reasons::add);
    Fleet.each(
            fleet.nodes().stream().filter(node -> seen.containsKey(node.name())).toList(),
            Fleet.PARALLEL,
            LIMIT,
            node -> CertificateReader.read(node, spec).due(SOON))
        .forEach(
            (name, result) ->
                reasons.addAll(
                    certificates(name, spec.registry() instanceof Registry.External, result)));
    stop.check();
    Optional<StatusReader.Api> api = api(fleet, seen, unreachable);
    return new StatusJudge(spec, seen, unreachable).judge(api, ask(), reasons);
  }

  /**
   * What is wrong with a control plane's certificates, a sentence for each way out.
   *
   * @param external the registries' authority is a registry's that acp did not install
   */
  static List<String> certificates(
      NodeName node, boolean external, Result<List<CertificateFile>> due) {
    if (due.failure().isPresent()) {
      return List.of(
          "The certificates of " + node + " cannot be told: " + due.failure().get().what());
    }
    Map<String, List<String>> paths = new LinkedHashMap<>();
    for (CertificateFile file : due.done().orElseThrow()) {
      paths.computeIfAbsent(wayOut(file, external), way -> new ArrayList<>()).add(file.path());
    }
    List<String> sentences = new ArrayList<>();
    paths.forEach(
        (way, all) ->
            sentences.add(
                "On "
                    + node
                    + (all.size() == 1
                        ? " a certificate ends"
                        : " " + all.size() + " certificates end")
                    + " within "
                    + SOON.toDays()
                    + " days: "
                    + String.join(", ", all.subList(0, Math.min(all.size(), 3)))
                    + (all.size() > 3 ? ", ..." : "")
                    + "; "
                    + way
                    + "."));
    return sentences;
  }

  private static String wayOut(CertificateFile file, boolean external) {
    if (external && file.path().equals(ContainerdConfig.CA)) {
      return "let spec.registry.caFile name the registry's new authority, and run acp setup again";
    }
    return switch (file.kind()) {
      case AUTHORITY -> "acp certs renew replaces no authority";
      case KUBELET_ROTATED -> "the kubelet renews it by itself while the API answers";
      default -> "acp certs renew renews what is due";
    };
  }

  /** Of a control plane whose own API server is ready, if there is one. */
  private Optional<StatusReader.Api> api(
      Fleet fleet, Map<NodeName, ControlPlaneState> seen, Map<NodeName, String> unreachable) {
    Optional<NodeSpec> best =
        seen.values().stream()
            .max(java.util.Comparator.comparing(s -> s.api().equals("ok")))
            .map(s -> spec.node(s.node()));
    Optional<Node> node = best.flatMap(n -> fleet.node(n.name()));
    if (node.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(StatusReader.read(node.get().remote(), node.get().spec(), spec));
    } catch (AcpException e) {
      unreachable.put(node.get().name(), e.fault().what());
      return Optional.empty();
    }
  }

  /** All at once: one that is switched off costs its time-out only once. */
  private List<RegistryState> ask() {
    List<Callable<RegistryState>> work = new ArrayList<>();
    registries.clients().forEach((name, client) -> work.add(() -> one(name, client)));
    if (work.isEmpty()) {
      return List.of();
    }
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<RegistryState> states = new ArrayList<>();
      for (Future<RegistryState> one : threads.invokeAll(work)) {
        states.add(one.get());
      }
      return states;
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking a registry failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("acp never interrupts its threads", e);
    } finally {
      threads.shutdown();
    }
  }

  private RegistryState one(String name, RegistryClient client) {
    String url = client.base().toString();
    try {
      if (!client.ready()) {
        return new RegistryState(name, url, "it does not answer", List.of());
      }
      List<MissingDigest> missing =
          registries.wanted().missingIn(client, stop).stream()
              .map(p -> new MissingDigest(p.image(), p.digest().oci()))
              .toList();
      return new RegistryState(name, url, "", missing);
    } catch (AcpException e) {
      if (e.fault().code() == FaultCode.INTERRUPTED) {
        return new RegistryState(name, url, "stopped", List.of());
      }
      return new RegistryState(name, url, e.fault().what(), List.of());
    }
  }
}
