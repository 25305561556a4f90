package dev.acp.cluster;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.InvalidInput;
import dev.acp.value.Arch;
import dev.acp.value.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Cluster files for tests. */
@SuppressWarnings("StringConcatToTextBlock") // lines count here
public final class Clusters {
  public static final Offer OFFER =
      new Offer(
          List.of(Version.of("v1.28.4"), Version.of("v1.31.4"), Version.of("v1.20.2")),
          List.of(Arch.AMD64),
          List.of("kube-ovn", "calico"),
          Offer.Overrides.none());

  static final Path HOME = Path.of("/home/ops");
  private static final String HEAD =
      "apiVersion: acp.dev/v1\nkind: GlobalCluster\nmetadata: {name: global}\nspec:\n";
  static final String ONE_NODE = "  nodes:\n    - {addresses: [10.0.0.11], role: control-plane}\n";
  static final String THREE =
      "  nodes:\n"
          + "    - {addresses: [10.0.0.11], role: control-plane}\n"
          + "    - {addresses: [10.0.0.12], role: control-plane}\n"
          + "    - {addresses: [10.0.0.13], role: control-plane}\n";

  private Clusters() {}

  /** The first line of spec is line 5. */
  static ClusterSpec resolve(String spec) {
    return resolve(spec, Flags.none(), Optional.of(OFFER));
  }

  static ClusterSpec resolve(String spec, Flags flags, Optional<Offer> offer) {
    return whole(HEAD + spec, flags, offer);
  }

  public static ClusterSpec whole(String text, Flags flags, Optional<Offer> offer) {
    ClusterFile file = ClusterFile.read("c.yaml", text.getBytes(StandardCharsets.UTF_8));
    return new Resolver(HOME).resolve(file, flags, offer);
  }

  /** Three control planes, 10.0.0.11 to 13, behind the VIP 10.0.0.100 with VRID 51. */
  public static ClusterSpec threeBehindVip() {
    return resolve(
        "  kubernetes: {version: v1.20.2}\n"
            + "  endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}\n"
            + THREE,
        Flags.none(),
        Optional.empty());
  }

  /** Every problem as it is shown. */
  static List<String> problems(String spec) {
    return problems(spec, Flags.none(), Optional.of(OFFER));
  }

  static List<String> problems(String spec, Flags flags, Optional<Offer> offer) {
    InvalidInput e = catchThrowableOfType(InvalidInput.class, () -> resolve(spec, flags, offer));
    return e == null ? List.of() : e.problems().stream().map(Object::toString).toList();
  }
}
