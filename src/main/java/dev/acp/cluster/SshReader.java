package dev.acp.cluster;

import dev.acp.cluster.ClusterFile.NodePart;
import dev.acp.cluster.ClusterFile.SshPart;
import dev.acp.cluster.ClusterSpec.Role;
import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.cluster.ClusterSpec.Ssh.Become;
import dev.acp.value.IpAddress;
import dev.acp.yaml.YamlMap;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads nodes and how they are reached. */
final class SshReader {
  private static final Pattern ENV = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private SshReader() {}

  static SshPart defaults(Fields spec) {
    return part(
        spec.section(
            "ssh",
            "user",
            "port",
            "keyFile",
            "passphraseFrom",
            "passwordFrom",
            "become",
            "becomePasswordFrom",
            "jump",
            "socks5"));
  }

  static NodePart node(YamlMap map) {
    Fields node =
        Fields.of(
            map,
            "addresses",
            "role",
            "deployable",
            "platformDedicated",
            "ssh",
            "nic",
            "labels",
            "taints",
            "displayName",
            "gpu");
    addressesWanted(node);
    node.need("role");
    return new NodePart(
        node.line(),
        node.list("addresses", IpAddress::parse, "an IPv4 or IPv6 address"),
        node.as("role", t -> ClusterFileReader.ofEnum(Role.values(), t), "control-plane or worker"),
        node.bool("deployable"),
        node.bool("platformDedicated"),
        part(
            node.section(
                "ssh",
                "address",
                "user",
                "port",
                "keyFile",
                "passphraseFrom",
                "passwordFrom",
                "become",
                "becomePasswordFrom",
                "jump",
                "socks5")),
        node.as("nic", Names::nic, Names.NIC_WANTED),
        node.textMap("labels"),
        node.list("taints", Names::taint, Names.TAINT_WANTED),
        node.as("displayName", Names::displayName, "1 to 64 characters on one line"),
        node.as("gpu", Names.oneOf("none", "physical", "virtual"), "none, physical or virtual"));
  }

  private static void addressesWanted(Fields node) {
    node.need("addresses")
        .filter(v -> v.isList() && v.asList().isEmpty())
        .ifPresent(v -> v.problem("is empty", "at least one address"));
  }

  private static SshPart part(Fields ssh) {
    return new SshPart(
        ssh.as("user", Names::user, "a user's name"),
        ssh.as("address", Names::host, Names.HOST_WANTED),
        ssh.number("port", 1, 65535),
        ssh.text("keyFile"),
        secret(ssh, "passphraseFrom"),
        secret(ssh, "passwordFrom"),
        ssh.as("become", t -> ClusterFileReader.ofEnum(Become.values(), t), "sudo or none"),
        secret(ssh, "becomePasswordFrom"),
        ssh.as("jump", Names::jump, "user@host:port, or without user or port"),
        ssh.as("socks5", t -> Names.socket(t, 1080), "host:port"));
  }

  /**
   * Where a secret comes from. What stands there is not shown, since it may be the secret itself,
   * written into the wrong field.
   */
  static Optional<At<SecretSource>> secret(Fields fields, String key) {
    return fields
        .value(key)
        .flatMap(
            v -> {
              Optional<SecretSource> source = v.asString().flatMap(SshReader::source);
              if (source.isEmpty() && !v.isMap() && !v.isList()) {
                v.problem(
                    "does not say where the secret comes from", "prompt, env:NAME or file:PATH");
              }
              return source.map(s -> new At<>(s, v.line()));
            });
  }

  private static Optional<SecretSource> source(String text) {
    if (text.equals("prompt")) {
      return Optional.of(new SecretSource.Prompt());
    }
    if (text.startsWith("env:") && ENV.matcher(text.substring(4)).matches()) {
      return Optional.of(new SecretSource.Env(text.substring(4)));
    }
    if (text.startsWith("file:") && text.length() > 5 && text.indexOf('\0') < 0) {
      return Optional.of(new SecretSource.SecretFile(Path.of(text.substring(5))));
    }
    return Optional.empty();
  }
}
