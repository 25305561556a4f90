package dev.acp.node;

import dev.acp.value.Bytes;
import dev.acp.value.ClusterId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The machine, its kernel and what runs on it.
 *
 * @param arch as {@code uname -m} prints it
 * @param container true where the node shares its kernel with its host, so that kernel, swap,
 *     modules, command line and security modules are the host's
 * @param modules loaded (which includes built in), loadable or missing, by module
 * @param hugePages the chosen mode of transparent huge pages; none where the kernel has none
 * @param swaps devices and files that are swapped to
 * @param bootSwaps what brings swap back at the next boot: lines of /etc/fstab by their device, and
 *     enabled swap units by their name
 * @param selinux enforcing, permissive or disabled
 * @param firewalld as {@code systemctl is-active} says
 * @param firewalldBoot as {@code systemctl is-enabled} says; absent where there is no such unit
 * @param tasksMax empty where systemd does not know the property (219 on EL 7)
 * @param cluster the cluster whose acp keeps a record on this node
 */
public record SystemFacts(
    Fact<Os> os,
    Fact<String> kernel,
    Fact<String> arch,
    Fact<Boolean> container,
    Fact<Integer> uid,
    Fact<Integer> cpus,
    Fact<Bytes> memory,
    Fact<List<String>> cmdline,
    Fact<String> hugePages,
    Fact<List<String>> swaps,
    Fact<List<String>> bootSwaps,
    Fact<String> selinux,
    Fact<Boolean> apparmor,
    Fact<String> firewalld,
    Fact<String> firewalldBoot,
    Fact<Boolean> ufw,
    Fact<Optional<String>> tasksMax,
    Fact<String> coreLimit,
    Map<String, Fact<String>> modules,
    Map<String, Fact<Optional<String>>> sysctls,
    Fact<Map<String, String>> sshd,
    Fact<String> machineId,
    Fact<String> productUuid,
    Fact<Optional<ClusterId>> cluster) {
  /**
   * An operating system, from /etc/os-release.
   *
   * @param release the text of kylin-release or centos-release, which tell what VERSION_ID does not
   */
  public record Os(String id, String version, String pretty, String release) {
    /** CentOS's VERSION_ID is "7" for every 7.x; its release file has the minor number. */
    public String fullVersion() {
      java.util.regex.Matcher m =
          java.util.regex.Pattern.compile("release (\\d+(?:\\.\\d+)+)").matcher(release);
      if (id.equals("centos") && m.find()) {
        String[] parts = m.group(1).split("\\.", -1);
        return parts[0] + "." + parts[1];
      }
      return version;
    }

    public boolean isRedHatFamily() {
      return List.of("rhel", "centos").contains(id);
    }
  }

  /** The cluster whose record the node bears, where one was seen. */
  public Optional<ClusterId> owner() {
    return cluster.asOptional().flatMap(id -> id);
  }

  public Fact<String> module(String name) {
    return modules.getOrDefault(name, Fact.unknown("the probe does not look for module " + name));
  }
}
