package dev.acp.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.FreePort;
import dev.acp.event.Event;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.pki.Identity;
import dev.acp.pki.MutualTls;
import dev.acp.pki.Pem;
import dev.acp.value.Digest;
import dev.acp.value.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's real docker-registry (distribution 2.8.2), with TLS and client certificates. */
@Tag("lab")
class PushTest {
  @TempDir Path dir;
  private Process registry;
  private URI base;
  private RegistryClient client;

  private void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("out.txt").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          List.of(command) + ": " + Files.readString(dir.resolve("out.txt")));
    }
  }

  /** The registry's program: the machine's, or Debian's package laid out here and not installed. */
  private Path program() throws Exception {
    Path installed = Path.of("/usr/bin/docker-registry");
    if (Files.isExecutable(installed)) {
      return installed;
    }
    run("apt-get", "download", "docker-registry");
    try (Stream<Path> all = Files.list(dir)) {
      Path deb = all.filter(p -> p.toString().endsWith(".deb")).findFirst().orElseThrow();
      run("dpkg", "-x", deb.toString(), "debian");
    }
    return dir.resolve("debian/usr/bin/docker-registry");
  }

  private void certificates() throws Exception {
    String key = "ec";
    String curve = "ec_paramgen_curve:prime256v1";
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        key,
        "-pkeyopt",
        curve,
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
        "-subj",
        "/CN=test-ca",
        "-days",
        "2");
    for (String name : List.of("server", "client")) {
      Files.writeString(dir.resolve(name + ".ext"), "subjectAltName=IP:127.0.0.1\n");
      run(
          "openssl",
          "req",
          "-newkey",
          key,
          "-pkeyopt",
          curve,
          "-nodes",
          "-keyout",
          name + ".key",
          "-out",
          name + ".csr",
          "-subj",
          "/CN=" + name);
      run(
          "openssl",
          "x509",
          "-req",
          "-in",
          name + ".csr",
          "-CA",
          "ca.crt",
          "-CAkey",
          "ca.key",
          "-CAcreateserial",
          "-out",
          name + ".crt",
          "-days",
          "2",
          "-extfile",
          name + ".ext");
    }
  }

  @BeforeEach
  void start() throws Exception {
    certificates();
    int port = FreePort.find();
    Files.writeString(
        dir.resolve("config.yml"),
        String.join(
            "\n",
            "version: 0.1",
            "log: {level: warn}",
            "storage:",
            "  filesystem: {rootdirectory: " + dir.resolve("store") + "}",
            "http:",
            "  addr: 127.0.0.1:" + port,
            "  tls:",
            "    certificate: " + dir.resolve("server.crt"),
            "    key: " + dir.resolve("server.key"),
            "    clientcas: [" + dir.resolve("ca.crt") + "]",
            ""));
    registry =
        new ProcessBuilder(program().toString(), "serve", dir.resolve("config.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("registry.log").toFile())
            .start();
    base = URI.create("https://127.0.0.1:" + port);
    client = new RegistryClient(base, tls(true));
    for (int i = 0; i < 100 && !client.ready(); i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(client.ready()).as(Files.readString(dir.resolve("registry.log"))).isTrue();
  }

  private SSLContext tls(boolean withClient) throws IOException {
    return MutualTls.context(
        Pem.readCertificates(Files.readString(dir.resolve("ca.crt"))),
        withClient ? Optional.of(client("client.crt", "client.key")) : Optional.empty());
  }

  private Identity client(String certificate, String key) throws IOException {
    return new Identity(
        Pem.readCertificates(Files.readString(dir.resolve(certificate))).get(0),
        Pem.readKey(Secret.of(Files.readString(dir.resolve(key)))));
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (registry != null) {
      registry.destroyForcibly().waitFor();
    }
  }

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private ImageLayout layout() throws IOException {
    return new Layouts(dir.resolve("layout"))
        .image("platform/pause:3.9", random(100_000, 1))
        .image("platform/kube/api-server:v1.20.2", random(100_000, 1), random(20 << 20, 2))
        .multi("platform/dns:1.0", random(300_000, 3), random(300_000, 4))
        .open();
  }

  @Test
  void everyImageArrivesOnceAndASecondRunSendsNothing() throws IOException {
    ImageLayout layout = layout();
    Queue<Event> events = new ConcurrentLinkedQueue<>();
    Push.Summary first = new Push(layout, client, events::add, new Stop()).run(layout.images());
    // two configurations and four layers, each sent once
    assertThat(first.pushed()).isEqualTo(6);
    assertThat(first.images()).isEqualTo(3);
    assertThat(events).anyMatch(e -> e instanceof Event.Moved m && m.done().equals(m.total()));
    for (ImageLayout.Image image : layout.images()) {
      byte[] there = client.manifest(image.ref().repository(), image.ref().tag()).orElseThrow();
      assertThat(Digest.ofBytes(there)).isEqualTo(image.descriptor().digest());
    }
    Push.Summary second = new Push(layout, client, events::add, new Stop()).run(layout.images());
    assertThat(second.pushed()).isZero();
    assertThat(second.sent().count()).isZero();
  }

  /** Two images for one platform each, merged as a hybrid package does it; skopeo is the node. */
  @Test
  void anIndexArrivesWithItsChildrenAndEachArchitectureGetsItsOwn() throws Exception {
    byte[] amd64 = new dev.acp.archive.TarBytes().file("a", "amd64").end().bytes();
    byte[] arm64 = new dev.acp.archive.TarBytes().file("a", "arm64").end().bytes();
    new Layouts(dir.resolve("amd")).real("p/a:1", amd64).open();
    new Layouts(dir.resolve("arm")).arch("arm64", "v8").real("p/a:1", arm64).open();
    MergedLayout merged = new MergedLayout();
    try (Scratch scratch = new Scratch(dir.resolve(".scratch"))) {
      merged.add("amd64", ImageSource.open(dir.resolve("amd"), scratch).get(0));
      merged.add("arm64", ImageSource.open(dir.resolve("arm"), scratch).get(0));
      merged.finish(List.of("linux/amd64", "linux/arm64"));
    }
    for (var file : merged.files().entrySet()) {
      Path path = dir.resolve("hybrid").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      try (var in = file.getValue().open()) {
        Files.copy(in, path);
      }
    }
    ImageLayout layout = ImageLayout.open(dir.resolve("hybrid"));
    Push.Summary done = new Push(layout, client, e -> {}, new Stop()).run(layout.images());
    assertThat(done.pushed()).isEqualTo(4);
    assertThat(Digest.ofBytes(client.manifest("p/a", "1").orElseThrow()))
        .isEqualTo(layout.get("p/a:1").descriptor().digest());
    Path certificates = Files.createDirectories(dir.resolve("certificates"));
    Files.copy(dir.resolve("ca.crt"), certificates.resolve("ca.crt"));
    Files.copy(dir.resolve("client.crt"), certificates.resolve("client.cert"));
    Files.copy(dir.resolve("client.key"), certificates.resolve("client.key"));
    for (String arch : List.of("amd64", "arm64")) {
      run(
          "skopeo",
          "--override-arch=" + arch,
          "--override-variant=" + (arch.equals("arm64") ? "v8" : ""),
          "copy",
          "--src-cert-dir=" + certificates,
          "docker://127.0.0.1:" + base.getPort() + "/p/a:1",
          "dir:" + dir.resolve("on-" + arch));
      assertThat(Files.readString(dir.resolve("on-" + arch + "/manifest.json")))
          .contains(Digest.ofBytes(arch.equals("arm64") ? arm64 : amd64).oci());
    }
  }

  @Test
  void aBlobThatIsNotItsDigestIsRefused() throws IOException {
    byte[] content = random(1000, 9);
    assertThatThrownBy(
            () -> client.uploadBlob("p/x", Digest.ofText("other"), Https.Body.of(content)))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> {
              assertThat(e.fault().code()).isEqualTo(FaultCode.REGISTRY_FAILED);
              assertThat(e.fault().evidence().toString()).contains("DIGEST_INVALID");
            });
    ImageLayout layout = layout();
    Path blob = layout.blobPath(Digest.ofBytes(random(300_000, 4)));
    Files.write(blob, random(300_000, 5));
    assertThatThrownBy(() -> new Push(layout, client, e -> {}, new Stop()).run(layout.images()))
        .isInstanceOf(AcpException.class);
    // what was sent before stays; the repaired layout goes on from there
    Files.write(blob, random(300_000, 4));
    assertThat(new Push(layout, client, e -> {}, new Stop()).run(layout.images()).pushed())
        .isLessThan(6);
  }

  @Test
  void withoutAClientCertificateThereIsNoWayIn() throws IOException {
    RegistryClient stranger = new RegistryClient(base, tls(false));
    assertThat(stranger.ready()).isFalse();
    assertThatThrownBy(() -> stranger.manifestDigest("p/x", "1"))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("does not answer");
  }
}
