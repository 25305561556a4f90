package dev.acp.containerd;

import dev.acp.value.Login;
import dev.acp.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes containerd's configuration in the form that its version wants (docs/cri/config.md,
 * docs/cri/registry.md and docs/hosts.md of containerd 1.4, 1.6, 1.7, 2.0 and 2.1).
 */
public final class ContainerdConfig {
  public static final String FILE = "/etc/containerd/config.toml";
  public static final String UNIT = "containerd.service";
  public static final String SOCKET = "/run/containerd/containerd.sock";

  /** One folder for each host that image names carry; read anew at every pull, from 1.5 on. */
  public static final String CERTS_FOLDER = "/etc/containerd/certs.d";

  public static final String CA = "/etc/containerd/acp/ca.crt";
  public static final String CLIENT_CERTIFICATE = "/etc/containerd/acp/client.crt";
  public static final String CLIENT_KEY = "/etc/containerd/acp/client.key";
  public static final String CRICTL_FILE = "/etc/crictl.yaml";

  private static final String CRI = "io.containerd.grpc.v1.cri";
  private static final String IMAGES = "io.containerd.cri.v1.images";
  private static final String RUNTIME = "io.containerd.cri.v1.runtime";
  private static final String PLUGINS = "plugins";

  private ContainerdConfig() {}

  /**
   * config.toml.
   *
   * @return text that holds a password where {@link ContainerdInput#login} is there; a file of it
   *     then has mode 0600
   */
  public static String toml(ContainerdInput in) {
    Toml out = new Toml();
    boolean two = in.version().atLeast(2, 0);
    out.put("version", two ? 3 : 2).put("root", in.root()).put("state", "/run/containerd");
    out.put("oom_score", -999);
    out.table("grpc").put("address", SOCKET);
    if (two) {
      images(out, in);
      runtime(out, in);
    } else {
      cri(out, in);
    }
    return out.toString();
  }

  /** Where hosts.toml belongs; empty below 1.5, which has none. */
  public static Optional<String> hostsFile(ContainerdInput in) {
    return in.version().atLeast(1, 5)
        ? Optional.of(CERTS_FOLDER + "/" + in.imageHost() + "/hosts.toml")
        : Optional.empty();
  }

  /**
   * hosts.toml of the host that image names carry. Its server, which is asked last, is a mirror as
   * well, so that no request leaves for a public registry.
   *
   * @return text that holds a password where {@link ContainerdInput#login} is there, as for {@link
   *     #toml}: the header is what ctr reads, and registries that hand out tokens want the other
   */
  public static String hosts(ContainerdInput in) {
    Toml out = new Toml();
    out.put("server", in.mirrors().get(in.mirrors().size() - 1));
    host(out, in);
    if (!in.version().atLeast(2, 0) && in.mirrors().stream().anyMatch(m -> m.contains("["))) {
      dottedHosts(out, in);
      return out.toString();
    }
    for (String mirror : in.mirrors()) {
      out.table("host", mirror);
      host(out, in);
    }
    return out.toString();
  }

  /**
   * Below 2.0, no table's name may hold the ] of an IPv6 address (containerd #10055), but a key
   * may, and keeps its place in the order; the names of tables are all that 2.x looks at.
   */
  private static void dottedHosts(Toml out, ContainerdInput in) {
    out.table("host");
    for (String mirror : in.mirrors()) {
      Toml lines = new Toml();
      host(lines, in);
      out.putDotted(mirror, lines);
    }
  }

  /** crictl's own file, without which it tries other runtimes' sockets. */
  public static String crictl() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("runtime-endpoint", "unix://" + SOCKET);
    out.put("image-endpoint", "unix://" + SOCKET);
    out.put("timeout", 10);
    out.put("debug", false);
    return YamlText.write(out);
  }

  private static void host(Toml out, ContainerdInput in) {
    out.put("capabilities", List.of("pull", "resolve"));
    if (in.caKnown()) {
      out.put("ca", CA);
    }
    if (in.client()) {
      out.putPair("client", CLIENT_CERTIFICATE, CLIENT_KEY);
    }
    in.login().ifPresent(l -> out.putInline("header", Map.of("Authorization", l.basic().reveal())));
    if (in.version().atLeast(2, 1)) {
      out.put("dial_timeout", "1s");
    }
  }

  /** 1.4 to 1.7: one plugin for everything. */
  private static void cri(Toml out, ContainerdInput in) {
    out.table(PLUGINS, CRI).put("sandbox_image", in.sandboxImage());
    oomScore(out, in);
    out.table(PLUGINS, CRI, "cni").put("bin_dir", "/opt/cni/bin").put("conf_dir", "/etc/cni/net.d");
    if (in.version().atLeast(1, 6)) {
      firstFamily(out, in);
    }
    runc(out, in, CRI);
    if (in.version().atLeast(1, 5)) {
      out.table(PLUGINS, CRI, "registry").put("config_path", CERTS_FOLDER);
      login(out, in, CRI);
    } else {
      out.table(PLUGINS, CRI, "registry", "mirrors", in.imageHost()).put("endpoint", in.mirrors());
      ways(out, in);
    }
  }

  /** 1.4 reads certificates and logins by the mirror's own host and port. */
  private static void ways(Toml out, ContainerdInput in) {
    Map<String, String> files = new LinkedHashMap<>();
    if (in.caKnown()) {
      files.put("ca_file", CA);
    }
    if (in.client()) {
      files.put("cert_file", CLIENT_CERTIFICATE);
      files.put("key_file", CLIENT_KEY);
    }
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    if (!files.isEmpty()) {
      all.put("tls", files);
    }
    in.login().ifPresent(l -> all.put("auth", auth(l)));
    if (!all.isEmpty()) {
      out.table(PLUGINS, CRI, "registry", "configs");
      in.mirrors().forEach(m -> out.putInlines(m.substring("https://".length()), all));
    }
  }

  /** 2.x: images apart from the runtime. One path only: 2.2 ignored _default with two (#12636). */
  private static void images(Toml out, ContainerdInput in) {
    out.table(PLUGINS, IMAGES, "pinned_images").put("sandbox", in.sandboxImage());
    out.table(PLUGINS, IMAGES, "registry").put("config_path", CERTS_FOLDER);
    login(out, in, IMAGES);
  }

  private static void runtime(Toml out, ContainerdInput in) {
    if (in.restrictOomScoreAdj()) {
      out.table(PLUGINS, RUNTIME);
      oomScore(out, in);
    }
    out.table(PLUGINS, RUNTIME, "cni");
    if (in.version().atLeast(2, 1)) {
      out.put("bin_dirs", List.of("/opt/cni/bin"));
    } else {
      out.put("bin_dir", "/opt/cni/bin");
    }
    out.put("conf_dir", "/etc/cni/net.d");
    firstFamily(out, in);
    runc(out, in, RUNTIME);
  }

  /** Without it, a pod's IPv4 address is its first (docs/cri/config.md, "ip_pref"; from 1.6). */
  private static void firstFamily(Toml out, ContainerdInput in) {
    if (in.v6First()) {
      out.put("ip_pref", "ipv6");
    }
  }

  private static void oomScore(Toml out, ContainerdInput in) {
    if (in.restrictOomScoreAdj()) {
      out.put("restrict_oom_score_adj", true);
    }
  }

  private static void runc(Toml out, ContainerdInput in, String plugin) {
    out.table(PLUGINS, plugin, "containerd").put("default_runtime_name", "runc");
    out.table(PLUGINS, plugin, "containerd", "runtimes", "runc")
        .put("runtime_type", "io.containerd.runc.v2");
    out.table(PLUGINS, plugin, "containerd", "runtimes", "runc", "options")
        .put("SystemdCgroup", in.cgroupDriver().equals("systemd"));
  }

  /** Read up to 2.2; 2.3 is to go without it (containerd's RELEASES.md, "Deprecated features"). */
  private static void login(Toml out, ContainerdInput in, String plugin) {
    if (in.login().isEmpty() || in.version().atLeast(2, 3)) {
      return;
    }
    out.table(PLUGINS, plugin, "registry", "configs", in.imageHost(), "auth");
    auth(in.login().get()).forEach(out::put);
  }

  private static Map<String, String> auth(Login login) {
    Map<String, String> auth = new LinkedHashMap<>();
    auth.put("username", login.user());
    auth.put("password", login.password().reveal());
    return auth;
  }
}
