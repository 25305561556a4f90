package dev.acp.check;

import dev.acp.node.FileFacts;
import dev.acp.node.FileFacts.Mount;
import java.util.Map;
import java.util.Optional;

/** The way to the node, and what a login may do there. */
final class AccessJudges {
  private AccessJudges() {}

  static void addTo(Map<String, Judge> all) {
    // A node that could not be reached never comes to a judge: CheckRun answers for it.
    all.put("ssh-access", (s, l) -> Verdict.good("SSH login works"));
    all.put("root-or-sudo", AccessJudges::root);
    all.put("sshd-usedns", (s, l) -> sshd(s, "usedns"));
    all.put("sshd-usepam", (s, l) -> sshd(s, "usepam"));
    all.put("tmp-usable", AccessJudges::tmp);
    all.put("tmp-exec", (s, l) -> tmpMount(s, "noexec", "/tmp without noexec"));
  }

  private static Verdict root(Subject s, Limits l) {
    return Verdict.of(
        s.facts().system().uid(),
        uid ->
            Verdict.when(
                uid == 0,
                uid == 0 ? "commands run as root" : "commands run as user id " + uid,
                "root, or sudo that lets acp in"));
  }

  private static Verdict sshd(Subject s, String key) {
    return Verdict.of(
        s.facts().system().sshd(),
        settings -> {
          // A server built without PAM does not know the setting, and so does not use it.
          String value = settings.getOrDefault(key, "no");
          return Verdict.when(value.equals("no"), key + " " + value, key + " no");
        });
  }

  private static Verdict tmp(Subject s, Limits l) {
    return Verdict.of(
        s.facts().files().tmpUsable(),
        ok ->
            ok
                ? tmpMount(s, "ro", "a writable /tmp")
                : Verdict.bad("/tmp cannot be listed and written", "/tmp can be used"));
  }

  private static Verdict tmpMount(Subject s, String unwanted, String wanted) {
    return Verdict.of(
        s.facts().files().mounts(),
        mounts -> {
          Optional<Mount> mount = FileFacts.mountOf(mounts, "/tmp");
          if (mount.isEmpty()) {
            return Verdict.unknown("no mount holds /tmp");
          }
          String options = String.join(",", mount.get().options());
          return Verdict.when(
              !mount.get().options().contains(unwanted),
              mount.get().point() + " is mounted with " + options,
              wanted);
        });
  }
}
