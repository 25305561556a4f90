package dev.acp.cli;

import dev.acp.operation.Setup;
import dev.acp.value.Arch;
import dev.acp.value.Lang;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What tab completion offers after an option whose values are known beforehand. */
final class Candidates {
  private Candidates() {}

  /** The stages of setup, in order. */
  static final class Stages extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Stages() {
      super(Setup.plan().stages().stream().map(s -> s.id().text()).toList());
    }
  }

  /** The network modes that packages usually carry; which one has is in its manifest. */
  static final class NetworkModes extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    NetworkModes() {
      super(List.of("kube-ovn", "calico", "hostgw"));
    }
  }

  static final class IpFamilies extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    IpFamilies() {
      super(List.of("ipv4", "ipv6", "dual"));
    }
  }

  static final class Platforms extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Platforms() {
      super(Arrays.stream(Arch.values()).map(a -> "linux/" + a.id()).toList());
    }
  }

  static final class Langs extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Langs() {
      super(Arrays.stream(Lang.values()).map(Lang::id).toList());
    }
  }
}
