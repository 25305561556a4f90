package dev.acp.cluster;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Problems;
import dev.acp.file.Res;
import dev.acp.value.Version;
import dev.acp.yaml.Yaml;
import dev.acp.yaml.YamlMap;
import dev.acp.yaml.YamlValue;
import java.util.List;
import java.util.Map;

/** What is different in one Kubernetes version; the data stands in res/kubernetes-versions.yaml. */
public final class KubernetesTraits {
  private static final String FILE = "kubernetes-versions.yaml";
  private final Version version;
  private final YamlMap data;

  private KubernetesTraits(Version version, YamlMap data) {
    this.version = version;
    this.data = data;
  }

  /**
   * The traits of a version.
   *
   * @throws AcpException BUNDLE_INVALID, if the version is older than acp can install
   */
  public static KubernetesTraits of(Version version) {
    YamlMap data = data();
    Version oldest = minor(data.needString("oldest").orElseThrow());
    if (!version.atLeast(oldest.major(), oldest.minor())) {
      throw AcpException.of(
          FaultCode.BUNDLE_INVALID,
          "Kubernetes " + version + " is older than " + oldest + ", the oldest that acp installs.");
    }
    return new KubernetesTraits(version, data);
  }

  private static YamlMap data() {
    Problems problems = new Problems(FILE);
    return Yaml.read(Res.bytes(FILE), problems)
        .orElseThrow(() -> new IllegalStateException("res/" + FILE + ": " + problems.all()));
  }

  /** The oldest release that acp can install, such as v1.20; there is no newest. */
  public static String oldest() {
    return data().needString("oldest").orElseThrow();
  }

  public Version version() {
    return version;
  }

  /** v1beta2, v1beta3 or v1beta4 of the group kubeadm.k8s.io. */
  public String kubeadmApi() {
    return value("kubeadmApi");
  }

  /** True where extra arguments are a list of names and values, not a map. */
  public boolean extraArgsAreList() {
    return value("extraArgs").equals("list");
  }

  /** True where time limits stand in a section of their own. */
  public boolean timeoutsAreSection() {
    return value("timeouts").equals("section");
  }

  public String criSocket() {
    return value("criSocket");
  }

  /** The keys of the taints, effect NoSchedule, that keep applications off a control plane. */
  public List<String> controlPlaneTaints() {
    return List.of(value("controlPlaneTaints").split(" "));
  }

  public boolean needsDualStackGate() {
    return flag("dualStackGate");
  }

  /** True where patches are named in the file; false where --experimental-patches names them. */
  public boolean patchesInFile() {
    return value("patches").equals("field");
  }

  /** True where kubeadm's manifest of etcd asks for ephemeral storage. */
  public boolean etcdAsksForDisk() {
    return flag("etcdAsksForDisk");
  }

  public boolean takesPodInfraContainerImage() {
    return flag("podInfraContainerImage");
  }

  /** True where {@code kubeadm config validate} exists. */
  public boolean hasConfigValidate() {
    return flag("configValidate");
  }

  /** Who adds an etcd member as a learner: acp, gate (EtcdLearnerMode is to be set), kubeadm. */
  public String etcdLearner() {
    return value("etcdLearner");
  }

  public boolean hasClusterStatus() {
    return flag("clusterStatus");
  }

  public boolean hasSuperAdminConf() {
    return flag("superAdminConf");
  }

  /** KubeletConfiguration's syncFrequency. */
  public String kubeletSyncFrequency() {
    return value("kubeletSyncFrequency");
  }

  private boolean flag(String name) {
    return value(name).equals("true");
  }

  private String value(String name) {
    String found = "";
    for (Map.Entry<String, YamlValue> e : data.map(name).orElseThrow().entries().entrySet()) {
      Version from = minor(e.getKey());
      if (version.atLeast(from.major(), from.minor())) {
        found = e.getValue().asString().orElseThrow();
      }
    }
    if (found.isEmpty()) {
      throw new IllegalStateException("res/" + FILE + " says nothing of " + name);
    }
    return found;
  }

  private static Version minor(String text) {
    return Version.of(text + ".0");
  }
}
