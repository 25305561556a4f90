package dev.acp.check;

import dev.acp.node.Fact;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel parameters of 000. {@code vm.drop_caches=3} is an action and no state: nothing could
 * be seen of it, so it is no check.
 */
final class SysctlJudges {
  private SysctlJudges() {}

  static void addTo(Map<String, Judge> all) {
    exact(all, "sysctl-ip-forward", "net.ipv4.ip_forward");
    exact(all, "sysctl-ipv6-forwarding", "net.ipv6.conf.all.forwarding");
    exact(all, "sysctl-tcp-tw-recycle", "net.ipv4.tcp_tw_recycle");
    exact(all, "sysctl-tcp-mtu-probing", "net.ipv4.tcp_mtu_probing");
    exact(all, "sysctl-rp-filter-all", "net.ipv4.conf.all.rp_filter");
    exact(all, "sysctl-rp-filter-default", "net.ipv4.conf.default.rp_filter");
    exact(all, "sysctl-ipv6-enabled", "net.ipv6.conf.all.disable_ipv6");
    exact(all, "sysctl-bridge-iptables", "net.bridge.bridge-nf-call-iptables");
    exact(all, "sysctl-bridge-ip6tables", "net.bridge.bridge-nf-call-ip6tables");
    exact(all, "sysctl-may-detach-mounts", "fs.may_detach_mounts");
    least(all, "sysctl-max-map-count", "vm.max_map_count");
    least(all, "sysctl-inotify-instances", "fs.inotify.max_user_instances");
    least(all, "sysctl-inotify-watches", "fs.inotify.max_user_watches");
    all.put("sysctl-rp-filter-nic", SysctlJudges::nicFilter);
    all.put("ipv6-boot-parameter", SysctlJudges::bootParameter);
  }

  private static void exact(Map<String, Judge> all, String id, String key) {
    all.put(
        id,
        (s, l) ->
            value(
                s,
                key,
                is ->
                    Verdict.when(
                        is == l.count("value"), key + " = " + is, key + " = " + l.count("value"))));
  }

  private static void least(Map<String, Judge> all, String id, String key) {
    all.put(
        id,
        (s, l) ->
            value(
                s,
                key,
                is ->
                    Verdict.when(
                        is >= l.count("least"),
                        key + " = " + is,
                        key + " = " + l.count("least") + " or more")));
  }

  /** A parameter that the kernel has not is not asked for. */
  private static Verdict value(
      Subject s, String key, java.util.function.LongFunction<Verdict> judge) {
    Fact<Optional<String>> fact =
        s.facts()
            .system()
            .sysctls()
            .getOrDefault(key, Fact.unknown("the probe did not see " + key));
    return Verdict.of(
        fact,
        text -> {
          if (text.isEmpty()) {
            return Verdict.skipped("the kernel has no " + key + " now");
          }
          return text.get().matches("-?\\d{1,18}")
              ? judge.apply(Long.parseLong(text.get()))
              : Verdict.unknown(key + " is " + text.get());
        });
  }

  /** 000 says eth0 and means the node's own interface. */
  private static Verdict nicFilter(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().rpFilters(),
        filters -> {
          Optional<String> nic = s.facts().network().linkOf(s.node().address());
          if (nic.isEmpty() || !filters.containsKey(nic.get())) {
            return Verdict.skipped("no interface has " + s.node().address());
          }
          int is = filters.get(nic.get());
          String key = "net.ipv4.conf." + nic.get() + ".rp_filter = ";
          return Verdict.when(is == l.count("value"), key + is, key + l.count("value"));
        });
  }

  private static Verdict bootParameter(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().cmdline(),
        words ->
            Verdict.when(
                !words.contains("ipv6.disable=1"),
                words.contains("ipv6.disable=1") ? "ipv6.disable=1" : "not disabled",
                "no ipv6.disable=1 on the kernel's command line"));
  }
}
