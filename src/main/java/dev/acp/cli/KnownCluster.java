package dev.acp.cli;

import dev.acp.cluster.ClusterHome;
import dev.acp.cluster.ClusterSpec;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.pki.ClusterPki;
import dev.acp.registry.RegistryNames;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What commands on a cluster that this machine has set up have in common. */
final class KnownCluster {
  private KnownCluster() {}

  /** This machine knows nothing of the cluster. */
  static AcpException missing(ClusterHome home) {
    return new AcpException(
        Fault.of(
                FaultCode.NOT_INSTALLED,
                "This machine knows no such cluster: there is no " + home.decisions() + ".")
            .withNext(home.folder().toString()));
  }

  /** For whom the registry's authority issues certificates. */
  static ClusterPki.Wanted wantedCertificates(ClusterSpec spec) {
    Map<NodeName, List<IpAddress>> controlPlanes = new LinkedHashMap<>();
    spec.controlPlanes().forEach(node -> controlPlanes.put(node.name(), node.addresses()));
    return new ClusterPki.Wanted(
        controlPlanes, List.of(RegistryNames.LOGICAL_NAME, spec.endpoint().address()));
  }
}
