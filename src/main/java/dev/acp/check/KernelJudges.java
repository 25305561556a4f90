package dev.acp.check;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernel's settings and modules, and what guards or slows the machine. */
final class KernelJudges {
  private KernelJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("thp-never", KernelJudges::hugePages);
    all.put("nokmem", KernelJudges::nokmem);
    for (String id :
        List.of(
            "module-ip-vs",
            "module-ip-vs-rr",
            "module-ip-vs-wrr",
            "module-ip-vs-sh",
            "module-overlay",
            "module-br-netfilter",
            "module-iptable-nat",
            "module-conntrack-ipv4",
            "module-conntrack-ipv6",
            "module-geneve",
            "module-openvswitch",
            "module-vxlan",
            "module-ipip")) {
      all.put(id, KernelJudges::modules);
    }
    all.put("selinux-off", KernelJudges::selinux);
    all.put("apparmor-off", KernelJudges::apparmor);
    all.put("firewalld-off", KernelJudges::firewalld);
    all.put("ufw-off", KernelJudges::ufw);
    all.put("swap-off", KernelJudges::swap);
    all.put("swap-off-at-boot", KernelJudges::bootSwap);
    all.put("core-dumps-off", KernelJudges::cores);
    all.put("default-tasks-max", KernelJudges::tasks);
  }

  /** Both: the running value, and the boot parameter that keeps it. */
  private static Verdict hugePages(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().hugePages(),
        mode -> {
          if (mode.equals("none")) {
            return Verdict.good("the kernel has no transparent huge pages");
          }
          String wanted = "transparent_hugepage=never on the kernel's command line";
          if (!mode.equals("never")) {
            return Verdict.bad("transparent huge pages are " + mode, wanted);
          }
          return Verdict.of(
              s.facts().system().cmdline(),
              words ->
                  Verdict.when(
                      words.contains("transparent_hugepage=never"),
                      words.contains("transparent_hugepage=never")
                          ? "never"
                          : "never now, but not after the next boot",
                      wanted));
        });
  }

  private static Verdict nokmem(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().cmdline(),
        words -> {
          boolean set =
              words.stream()
                  .filter(w -> w.startsWith("cgroup.memory="))
                  .anyMatch(w -> List.of(w.substring(14).split(",", -1)).contains("nokmem"));
          return Verdict.when(
              set,
              set ? "cgroup.memory=nokmem" : "no cgroup.memory=nokmem",
              "cgroup.memory=nokmem on the kernel's command line");
        });
  }

  private static Verdict modules(Subject s, Limits l) {
    List<String> notLoaded = new ArrayList<>();
    for (String module : l.words("modules")) {
      Verdict one =
          Verdict.of(
              s.facts().system().module(module),
              state ->
                  state.equals("loaded")
                      ? Verdict.good(module)
                      : Verdict.bad(module + " is " + state, ""));
      if (one.outcome() == Verdict.Outcome.UNKNOWN) {
        return one;
      }
      if (!one.isGood()) {
        notLoaded.add(one.seen());
      }
    }
    String wanted = "loaded or built in: " + String.join(", ", l.words("modules"));
    return Verdict.when(
        notLoaded.isEmpty(), notLoaded.isEmpty() ? "loaded" : String.join(", ", notLoaded), wanted);
  }

  private static Verdict selinux(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().selinux(),
        mode -> Verdict.when(!mode.equals("enforcing"), mode, "permissive or disabled"));
  }

  private static Verdict apparmor(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().apparmor(), on -> Verdict.when(!on, on ? "on" : "off", "off"));
  }

  private static Verdict firewalld(Subject s, Limits l) {
    String wanted = "firewalld stopped and disabled";
    return Verdict.of(
        s.facts().system().firewalld(),
        state ->
            List.of("inactive", "unknown", "failed").contains(state)
                ? Verdict.of(
                    s.facts().system().firewalldBoot(),
                    boot ->
                        Verdict.when(
                            !boot.startsWith("enabled"),
                            "firewalld is " + state + " now, and " + boot + " for the next boot",
                            wanted))
                : Verdict.bad("firewalld is " + state, wanted));
  }

  private static Verdict ufw(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().ufw(),
        on -> Verdict.when(!on, on ? "ufw is enabled" : "not enabled", "ufw disabled"));
  }

  private static Verdict swap(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().swaps(),
        swaps ->
            Verdict.when(
                swaps.isEmpty(),
                swaps.isEmpty() ? "no swap" : "swap on " + String.join(", ", swaps),
                "no swap"));
  }

  private static Verdict bootSwap(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().bootSwaps(),
        boot ->
            Verdict.when(
                boot.isEmpty(),
                boot.isEmpty() ? "no swap" : "on at the next boot: " + String.join(", ", boot),
                "no swap at boot"));
  }

  private static Verdict cores(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().coreLimit(),
        limit -> Verdict.when(limit.equals("0"), "a limit of " + limit, "a limit of 0"));
  }

  /** systemd 219 may not print it, and then has no such limit. */
  private static Verdict tasks(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().tasksMax(),
        property -> {
          Optional<String> value = property.filter(v -> !v.isEmpty());
          if (value.isEmpty()) {
            return Verdict.good("this systemd has no such limit");
          }
          String v = value.get();
          boolean large =
              v.equals("infinity")
                  || (v.matches("\\d+")
                      && new BigInteger(v).compareTo(BigInteger.valueOf(l.count("least"))) >= 0);
          return Verdict.when(large, v, "infinity, or at least " + l.count("least"));
        });
  }
}
