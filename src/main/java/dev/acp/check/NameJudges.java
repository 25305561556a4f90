package dev.acp.check;

import dev.acp.node.NetworkFacts.Host;
import dev.acp.node.NetworkFacts.Resolver;
import dev.acp.value.Cidr;
import dev.acp.value.IpAddress;
import dev.acp.value.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The node's name, /etc/hosts and its name servers. */
final class NameJudges {
  /** 001: lower-case letters, digits, - and . , none of them beside another mark. */
  private static final Pattern HOSTNAME =
      Pattern.compile("[a-z0-9](?:[a-z0-9]|-(?![.])|[.](?![.-]))*(?<![.-])");

  private NameJudges() {}

  static void addTo(Map<String, Judge> all) {
    all.put("hostname-form", NameJudges::hostname);
    all.put("hosts-localhost", NameJudges::localhost);
    all.put("hosts-no-duplicates", NameJudges::duplicates);
    all.put("hostname-resolves", NameJudges::resolves);
    all.put("resolv-conf", NameJudges::resolvConf);
    all.put("nameserver-not-loopback", NameJudges::loopback);
    all.put("nameserver-not-172", NameJudges::docker);
    all.put("search-domains", NameJudges::searchDomains);
  }

  private static Verdict hostname(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hostname(),
        name ->
            Verdict.when(
                name.length() <= l.count("longest") && HOSTNAME.matcher(name).matches(),
                name,
                "at most "
                    + l.count("longest")
                    + " of a-z, 0-9, - and ., with a letter or digit at both ends, and no .-, .. or"
                    + " -."));
  }

  private static Verdict localhost(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hosts(),
        hosts -> {
          List<String> v4 =
              hosts.stream()
                  .filter(h -> h.names().contains("localhost") && !h.address().contains(":"))
                  .map(Host::address)
                  .toList();
          return Verdict.when(
              v4.equals(List.of("127.0.0.1")),
              v4.isEmpty() ? "no IPv4 line for localhost" : "localhost is " + v4,
              "localhost is 127.0.0.1 in /etc/hosts");
        });
  }

  /** The same name with two addresses of one family; the same line twice does no harm. */
  private static Verdict duplicates(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().hosts(),
        hosts -> {
          Map<String, String> first = new HashMap<>();
          TreeSet<String> twice = new TreeSet<>();
          for (Host host : hosts) {
            boolean v6 = host.address().contains(":");
            for (String name : host.names()) {
              String before = first.putIfAbsent(v6 + " " + name, host.address());
              if (before != null && !before.equals(host.address()) && !name.startsWith("ip6-")) {
                twice.add(name);
              }
            }
          }
          return Verdict.when(
              twice.isEmpty(),
              twice.isEmpty() ? "each name once" : "more than once: " + String.join(", ", twice),
              "each name with one address in /etc/hosts");
        });
  }

  private static Verdict resolves(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().ownName(),
        found ->
            Verdict.when(
                !found.isEmpty(),
                found.isEmpty() ? "it does not resolve" : String.join(", ", found),
                "the node's own name resolves"));
  }

  private static Verdict resolvConf(Subject s, Limits l) {
    return Verdict.of(
        s.facts().network().resolver(),
        resolver -> {
          if (resolver.isEmpty()) {
            return Verdict.bad("/etc/resolv.conf is missing", "a nameserver line");
          }
          List<String> servers = resolver.get().servers();
          return Verdict.when(
              !servers.isEmpty(),
              servers.isEmpty() ? "no nameserver" : "nameserver " + String.join(", ", servers),
              "a nameserver line");
        });
  }

  private static Verdict noServer(Subject s, Function<IpAddress, Boolean> unwanted, String wanted) {
    return Verdict.of(
        s.facts().network().resolver(),
        resolver -> {
          List<String> found =
              resolver.map(Resolver::servers).orElse(List.of()).stream()
                  .filter(t -> IpAddress.parse(t).map(unwanted).orElse(false))
                  .toList();
          return Verdict.when(
              found.isEmpty(),
              found.isEmpty() ? "none" : "nameserver " + String.join(", ", found),
              wanted);
        });
  }

  private static Verdict loopback(Subject s, Limits l) {
    return noServer(s, IpAddress::isLoopback, "none in 127.0.0.0/8 and not ::1");
  }

  private static Verdict docker(Subject s, Limits l) {
    return noServer(s, NameJudges::in172, "none from 172.16.0.0 to 172.32.255.255");
  }

  /** The guides' "172.16.x.x to 172.32.x.x". */
  static boolean in172(IpAddress address) {
    return address.isV4()
        && (Cidr.of("172.16.0.0/12").contains(address)
            || Cidr.of("172.32.0.0/16").contains(address));
  }

  /**
   * Kubelet adds domains of its own, and takes 6 domains with 256 characters below v1.26, 32 with
   * 2048 from there on (expanded DNS configuration).
   */
  private static Verdict searchDomains(Subject s, Limits l) {
    Optional<Version> version = s.spec().kubernetes().knownVersion();
    return Verdict.of(
        s.facts().network().resolver(),
        resolver -> {
          List<String> search = resolver.map(Resolver::search).orElse(List.of());
          Verdict old = searchDomains(search, l, "old-");
          if (version.isPresent()) {
            return version.get().atLeast(1, 26) ? searchDomains(search, l, "") : old;
          }
          // Nothing says yet which version it will be.
          Verdict now = searchDomains(search, l, "");
          return old.isGood() || !now.isGood()
              ? now
              : Verdict.advice(old.seen(), "below v1.26 " + old.wanted());
        });
  }

  private static Verdict searchDomains(List<String> search, Limits l, String which) {
    long most = l.count(which + "count") - l.count("own");
    long chars = l.count(which + "chars");
    String line = String.join(" ", search);
    boolean fits =
        search.isEmpty()
            || (search.size() < most
                && line.length() <= chars
                && search.stream().allMatch(d -> d.length() <= l.count("longest")));
    return Verdict.when(
        fits,
        search.isEmpty() ? "none" : search.size() + " domains, " + line.length() + " chars",
        "none, or fewer than " + most + " domains with at most " + chars + " characters together");
  }
}
