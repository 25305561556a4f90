package dev.acp.check;

import static dev.acp.check.CheckCases.spec;
import static dev.acp.check.CheckCases.u;

import dev.acp.cluster.ClusterSpec;
import java.util.List;

/** Tools, packages and leftovers. */
final class SoftwareCases {
  private final CheckCases c;

  SoftwareCases(CheckCases c) {
    this.c = c;
  }

  void add() {
    software();
  }

  /** Each name of each list by itself, with nothing in it that another name would find. */
  private void conflicts() {
    for (String system : List.of("rhel-8.6", "centos-7.9")) {
      for (String name :
          List.of(
              "docker-1.13",
              "podman-4.0",
              "runc-1.1",
              "containernetworking-plugins-1.0",
              "apptainer-1.1",
              "kubernetes-client-1.5")) {
        c.bad("conflicting-packages", Recorded.of(system).with("packages", name), name);
      }
    }
    for (String name :
        List.of(
            "docker.io",
            "docker-ce",
            "podman-docker",
            "containerd",
            "rootlesskit",
            "rkt",
            "containernetworking-plugins",
            "kubernetes")) {
      c.bad("conflicting-packages", u().with("packages", "ii  " + name), name);
    }
    for (String system : List.of("kylin-v10-sp3", "openeuler-22.03")) {
      for (String name :
          List.of(
              "docker-engine-18.09",
              "podman-0.10",
              "containernetworking-plugins-0.8",
              "apptainer-1.1",
              "containerd-1.2",
              "kubernetes-client-1.20",
              "runc-1.0")) {
        c.bad("conflicting-packages", Recorded.of(system).with("packages", name), name);
      }
    }
    for (String snap :
        List.of(
            "kubernetes-worker",
            "kubectl",
            "kube-proxy",
            "kube-scheduler",
            "kube-controller-manager",
            "kube-apiserver",
            "k8s",
            "microk8s",
            "kubeadm",
            "kubelet")) {
      c.bad("conflicting-snaps", u().with("snaps", "Name  V", snap + " 1"), snap);
    }
    c.good("conflicting-snaps", u().with("snaps", "Name  V", "kubectl-other 1"));
    for (String tool :
        List.of("ip", "ss", "tar", "swapoff", "modprobe", "sysctl", "md5sum", "sha256sum")) {
      c.bad("required-tools", u().with("tool:" + tool, ""), tool);
    }
    c.good("scp-or-sftp", u().with("tool:sftp", ""));
    for (String tool : List.of("conntrack", "iptables", "ipset", "socat", "ebtables")) {
      c.bad("kubernetes-tools", u().with("tool:" + tool, ""), tool);
    }
  }

  /** What this cluster's record holds is no leftover. */
  private void ours() {
    c.passesOnOurs("conflicting-packages", u().with("packages", "ii  containerd"), "held by acp");
    c.passesOnOurs(
        "var-lib-docker-absent",
        u().with("path:/var/lib/docker", "full"),
        "held by acp: /var/lib/docker");
    c.passesOnOurs("var-lib-docker-absent", u(), "absent");
    c.good("var-lib-docker-absent", u());
    c.passesOnOurs("foreign-cluster", u(), "held by acp");
    c.passes("foreign-cluster", u(), "no record of acp");
  }

  private void lvm() {
    for (String storage : List.of("topolvm", "rook")) {
      ClusterSpec spec =
          Specs.resolved(
              CheckCases.yaml("kube-ovn")
                  .replace(
                      "ssh: {",
                      "checks: {limits: {lvm2-there.storage: " + storage + "}}\n  ssh: {"));
      c.add("lvm2-there", false, u().with("tool:lvm", "").facts(), spec, "lvm");
      c.add("lvm2-there", true, u().facts(), spec, "");
    }
    c.skips("lvm2-there", u().with("tool:lvm", ""), spec(), "no TopoLVM");
  }

  private void software() {
    c.bad("required-tools", u().with("tool:ss", ""), "ss");
    c.bad("scp-or-sftp", u().with("tool:scp", "").with("tool:sftp", ""), "scp or sftp");
    c.good("scp-or-sftp", u().with("tool:scp", ""));
    c.bad("bc-there", Recorded.of("openeuler-22.03").with("tool:bc", ""), "bc");
    c.good("bc-there", Recorded.of("openeuler-22.03"));
    c.bad("kubernetes-tools", u().with("tool:conntrack", ""), "conntrack");
    for (String name : List.of("docker.io", "containerd.io", "podman-docker", "rkt")) {
      c.bad("conflicting-packages", u().with("packages", "ii  " + name), name);
    }
    c.good("conflicting-packages", u().with("packages", "rc  docker.io", "ii  runc-not-on-ubuntu"));
    c.bad(
        "conflicting-packages",
        Recorded.of("kylin-v10-sp3").with("packages", "runc-1.0.0-1.ky10"),
        "runc-1.0.0");
    c.bad(
        "conflicting-packages",
        Recorded.of("rhel-8.6").with("packages", "podman-4.0.2-6.el8"),
        "podman-4.0.2");
    c.bad(
        "conflicting-packages",
        u().with("os-release", "ID=debian", "VERSION_ID=\"12\"").with("packages", "ii  rkt"),
        "rkt");
    conflicts();
    lvm();
    ours();
    c.bad("conflicting-snaps", u().with("snaps", "Name  V", "microk8s 1"), "microk8s");
    c.bad(
        "stray-binaries",
        u().with("local-binaries", "/usr/local/bin/kubectl"),
        "/usr/local/bin/kubectl");
    c.bad(
        "runtimes-in-usr-bin",
        u().with("runtimes", "/usr/bin/runc", "/opt/bin/runc"),
        "/opt/bin/runc");
    c.good("runtimes-in-usr-bin", u().with("runtimes", "/usr/bin/runc"));
    c.bad("var-lib-docker-absent", u().with("path:/var/lib/docker", "empty"), "/var/lib/docker");
    c.bad(
        "containerd-root-empty",
        u().with("path:/var/lib/containerd", "full"),
        "/var/lib/containerd");
    c.good("containerd-root-empty", u().with("path:/var/lib/containerd", "missing"));
    c.bad("var-log-pods-absent", u().with("path:/var/log/pods", "empty"), "/var/log/pods");
    c.bad(
        "kubelet-pki-empty", u().with("path:/var/lib/kubelet/pki", "full"), "/var/lib/kubelet/pki");
    c.good("kubelet-pki-empty", u().with("path:/var/lib/kubelet/pki", "empty"));
    c.bad("etcd-data-empty", u().with("path:/var/lib/etcd", "full"), "/var/lib/etcd");
    c.bad("manifests-empty", u().with("path:/etc/kubernetes/manifests", "full"), "manifests");
    c.bad(
        "kubelet-service-absent",
        u().with("path:/etc/systemd/system/kubelet.service", "file"),
        "kubelet.service");
    c.bad(
        "kubelet-conf-absent",
        u().with("path:/etc/kubernetes/kubelet.conf", "file"),
        "kubelet.conf");
    c.bad(
        "foreign-cluster", u().with("cluster", "11111111-2222-3333-4444-555555555555"), "11111111");
  }
}
