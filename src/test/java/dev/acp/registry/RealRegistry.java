package dev.acp.registry;

import dev.acp.RealPrograms;
import dev.acp.oci.RegistryClient;
import dev.acp.pki.ClusterPki;
import dev.acp.pki.Identity;
import dev.acp.pki.Pem;
import dev.acp.value.IpAddress;
import dev.acp.value.Login;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Debian's distribution 2.8.2 on a loopback address, with a cluster's own keys. */
public final class RealRegistry implements AutoCloseable {
  public final Path folder;
  public final RegistryClient client;
  private final Process process;

  private RealRegistry(Path folder, RegistryClient client, Process process) {
    this.folder = folder;
    this.client = client;
    this.process = process;
  }

  /** The keys that a setup of a cluster with this one control plane makes. */
  public static ClusterPki pki(Path folder, String address) throws IOException {
    return ClusterPki.loadOrCreate(
        folder,
        Clock.systemUTC(),
        new SecureRandom(),
        new ClusterPki.Wanted(
            Map.of(NodeName.of(address), List.of(IpAddress.of(address))),
            List.of(RegistryNames.LOGICAL_NAME)));
  }

  /** The certificates' files are expected in the folder. */
  public static String config(Path folder, String address, int port) {
    return String.join(
        "\n",
        "version: 0.1",
        "log: {level: warn}",
        "storage:",
        "  filesystem: {rootdirectory: " + folder.resolve("store") + "}",
        "http:",
        "  addr: " + address + ":" + port,
        "  tls:",
        "    certificate: " + folder.resolve("tls.crt"),
        "    key: " + folder.resolve("tls.key"),
        "    clientcas: [" + folder.resolve("ca.crt") + "]",
        "");
  }

  /** One that wants a user and a password, and no certificate. */
  public static RealRegistry external(
      Path folder, ClusterPki pki, String address, int port, Login login) throws Exception {
    Files.createDirectories(folder);
    Process crypt =
        new ProcessBuilder(
                "perl",
                "-e",
                "print crypt($ARGV[0], q($2y$05$abcdefghijklmnopqrstuu))",
                login.password().reveal())
            .start();
    String hash = new String(crypt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Files.writeString(folder.resolve("htpasswd"), login.user() + ":" + hash + "\n");
    String auth = "auth: {htpasswd: {realm: test, path: " + folder.resolve("htpasswd") + "}}\n";
    String config =
        config(folder, address, port)
            .replace("    clientcas: [" + folder.resolve("ca.crt") + "]\n", "");
    return start(folder, pki, address, port, config + auth, Optional.of(login));
  }

  public static RealRegistry start(Path folder, ClusterPki pki, String address, int port)
      throws Exception {
    return start(folder, pki, address, port, config(folder, address, port), Optional.empty());
  }

  private static RealRegistry start(
      Path folder, ClusterPki pki, String address, int port, String text, Optional<Login> login)
      throws Exception {
    Path program = RealPrograms.need("sample", "registry/2.8.2/registry");
    Files.createDirectories(folder);
    Identity server = pki.registryServer(NodeName.of(address));
    Files.writeString(folder.resolve("tls.crt"), server.certificatePem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem().reveal());
    Files.writeString(folder.resolve("ca.crt"), Pem.certificate(pki.registryCa()));
    Path config = folder.resolve("config.yml");
    Files.writeString(config, text);
    Process process =
        new ProcessBuilder(program.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RegistryClient client =
        new RegistryClient(URI.create("https://" + address + ":" + port), pki.pushContext(), login);
    for (int i = 0; i < 100 && !client.ready(); i++) {
      if (!process.isAlive()) {
        throw new IllegalStateException(Files.readString(folder.resolve("log")));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return new RealRegistry(folder, client, process);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
