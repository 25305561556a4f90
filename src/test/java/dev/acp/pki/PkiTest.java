package dev.acp.pki;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import dev.acp.value.IpAddress;
import dev.acp.value.NodeName;
import dev.acp.value.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiTest {
  private static final NodeName ONE = NodeName.of("10.0.0.11");
  private static final NodeName TWO = NodeName.of("10.0.0.12");
  @TempDir Path temp;

  private static ClusterPki.Wanted wanted(NodeName... nodes) {
    Map<NodeName, List<IpAddress>> out = new java.util.LinkedHashMap<>();
    for (NodeName node : nodes) {
      out.put(node, List.of(IpAddress.of(node.text()), IpAddress.of("127.0.0.1")));
    }
    return new ClusterPki.Wanted(out, List.of("registry.acp.internal", "fd00::100"));
  }

  private ClusterPki make(NodeName... nodes) throws IOException {
    return ClusterPki.loadOrCreate(
        temp.resolve("pki"), Clock.systemUTC(), new SecureRandom(), wanted(nodes));
  }

  private String openssl(String... args) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("openssl"), Stream.of(args)).toList())
            .directory(temp.resolve("pki").toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String out;
    try (InputStream in = process.getInputStream()) {
      out = new String(in.readAllBytes(), UTF_8);
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  @Test
  void opensslTakesWhatWasMade() throws Exception {
    ClusterPki pki = make(ONE);
    for (String ca : List.of("ca", "front-proxy-ca", "etcd/ca", "registry/ca")) {
      assertThat(openssl("verify", "-x509_strict", "-CAfile", ca + ".crt", ca + ".crt"))
          .contains("OK");
      assertThat(openssl("x509", "-noout", "-text", "-in", ca + ".crt"))
          .contains("CA:TRUE", "Certificate Sign");
    }
    openssl(
        "verify",
        "-x509_strict",
        "-purpose",
        "sslserver",
        "-verify_ip",
        "10.0.0.11",
        "-CAfile",
        "registry/ca.crt",
        "registry/10.0.0.11.crt");
    openssl(
        "verify",
        "-purpose",
        "sslserver",
        "-verify_ip",
        "fd00::100",
        "-verify_hostname",
        "registry.acp.internal",
        "-CAfile",
        "registry/ca.crt",
        "registry/10.0.0.11.crt");
    openssl(
        "verify",
        "-x509_strict",
        "-purpose",
        "sslclient",
        "-CAfile",
        "registry/ca.crt",
        "registry/node-client.crt");
    assertThat(openssl("rsa", "-noout", "-check", "-in", "ca.key")).contains("ok");
    assertThat(openssl("rsa", "-noout", "-check", "-in", "sa.key")).contains("ok");
    assertThat(openssl("pkey", "-noout", "-check", "-in", "registry/ca.key")).contains("valid");
    assertThat(Files.readString(temp.resolve("pki/ca.key"))).startsWith("-----BEGIN RSA PRIVATE");
    assertThat(openssl("rsa", "-pubout", "-in", "sa.key"))
        .endsWith(file(pki, "sa.pub").content().reveal());
  }

  /** kubeadm's own documentation derives the pin with these two commands. */
  @Test
  void thePinOfTheAuthorityIsTheOneThatOpensslDerives() throws Exception {
    ClusterPki pki = make(ONE);
    openssl("x509", "-pubkey", "-noout", "-in", "ca.crt", "-out", "pub.pem");
    openssl("rsa", "-pubin", "-in", "pub.pem", "-outform", "der", "-out", "pub.der");
    String digest = openssl("dgst", "-sha256", "-hex", "pub.der");
    assertThat(pki.caCertHash()).isEqualTo("sha256:" + digest.strip().replaceAll(".* ", ""));
  }

  @Test
  void whatWasMadeOnceIsUsedAgainAndANewControlPlaneGetsItsOwn() throws Exception {
    ClusterPki first = make(ONE);
    ClusterPki second = make(ONE, TWO);
    assertThat(second.controlPlaneFiles()).isEqualTo(first.controlPlaneFiles());
    assertThat(second.registryServer(ONE)).isEqualTo(first.registryServer(ONE));
    assertThat(second.nodeClient()).isEqualTo(first.nodeClient());
    openssl(
        "verify",
        "-verify_ip",
        "10.0.0.12",
        "-CAfile",
        "registry/ca.crt",
        "registry/10.0.0.12.crt");
    assertThat(second.controlPlaneFiles().stream().map(PkiFile::name))
        .containsExactly(
            "ca.crt",
            "ca.key",
            "front-proxy-ca.crt",
            "front-proxy-ca.key",
            "etcd/ca.crt",
            "etcd/ca.key",
            "sa.key",
            "sa.pub");
  }

  @Test
  void aRegistrysCertificateThatExpiresIsIssuedAnewByTheSameAuthority() throws Exception {
    Clock past = Clock.fixed(Instant.now().minus(Duration.ofDays(3640)), java.time.ZoneOffset.UTC);
    ClusterPki first =
        ClusterPki.loadOrCreate(temp.resolve("pki"), past, new SecureRandom(), wanted(ONE));
    ClusterPki second = make(ONE);
    assertThat(second.registryCa()).isEqualTo(first.registryCa());
    assertThat(second.registryServer(ONE)).isNotEqualTo(first.registryServer(ONE));
    assertThat(second.registryServer(ONE).certificate().getNotAfter())
        .isBeforeOrEqualTo(second.registryCa().getNotAfter());
  }

  @Test
  void filesArePrivateAndADamagedOneIsNotReplaced() throws Exception {
    make(ONE);
    try (Stream<Path> all = Files.walk(temp.resolve("pki"))) {
      for (Path p : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(p)))
            .as(p.toString())
            .isEqualTo(Files.isDirectory(p) ? "rwx------" : "rw-------");
      }
    }
    Files.copy(
        temp.resolve("pki/etcd/ca.key"),
        temp.resolve("pki/ca.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> make(ONE))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("do not belong together");
    Files.delete(temp.resolve("pki/ca.key"));
    assertThatThrownBy(() -> make(ONE)).hasMessageContaining("ca.key is missing");
  }

  @Test
  void aKeyWithoutItsCertificateIsAnUnfinishedPairAndMadeAnew() throws Exception {
    make(ONE);
    Files.delete(temp.resolve("pki/registry/acp-client.crt"));
    ClusterPki again = make(ONE);
    again.pushClient().certificate().verify(again.registryCa().getPublicKey());
  }

  @Test
  void bothSidesShowCertificatesAndAStrangerIsRefused() throws Exception {
    ClusterPki pki = make(ONE);
    SSLContext server =
        MutualTls.context(List.of(pki.registryCa()), Optional.of(pki.registryServer(ONE)));
    assertThat(talk(server, pki.pushContext())).isEqualTo(42);
    Pki other = new Pki(Clock.systemUTC(), new SecureRandom());
    Identity strangeCa = other.ca("acp registry", 1, Pki.KeyKind.EC_P256);
    Identity stranger =
        other.issue(
            strangeCa, CertificateRequest.client("acp", "acp:push"), 1, Pki.KeyKind.EC_P256);
    SSLContext strange = MutualTls.context(List.of(pki.registryCa()), Optional.of(stranger));
    SSLContext nobody = MutualTls.context(List.of(pki.registryCa()), Optional.empty());
    SSLContext distrust = MutualTls.context(List.of(strangeCa.certificate()), Optional.empty());
    assertThatThrownBy(() -> talk(server, strange)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> talk(server, nobody)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> talk(server, distrust)).isInstanceOf(IOException.class);
  }

  private static int talk(SSLContext server, SSLContext client) throws Exception {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (SSLServerSocket listener =
        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, here)) {
      listener.setNeedClientAuth(true);
      listener.setSoTimeout(10_000);
      CompletableFuture<Void> answer =
          CompletableFuture.runAsync(
              () -> {
                try (var socket = listener.accept()) {
                  socket.setSoTimeout(10_000);
                  socket.getOutputStream().write(42);
                  socket.getOutputStream().flush();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      int got;
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket(here, listener.getLocalPort())) {
        socket.setSoTimeout(10_000);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        got = socket.getInputStream().read();
      }
      try {
        answer.get(10, TimeUnit.SECONDS);
        return got;
      } catch (ExecutionException e) {
        throw new IOException("the server refused", e);
      }
    }
  }

  @Test
  void keysOfBothKindsComeBackFromTheirText() throws IOException {
    Pki pki = new Pki(Clock.systemUTC(), new SecureRandom());
    for (Pki.KeyKind kind : Pki.KeyKind.values()) {
      Identity ca = pki.ca("x", 1, kind);
      assertThat(Pem.readKey(ca.keyPem())).isEqualTo(ca.key());
      assertThat(Pem.readCertificates(ca.certificatePem())).containsExactly(ca.certificate());
    }
    assertThatThrownBy(() -> Pem.readKey(Secret.of("hunter2")))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("hunter2");
  }

  private static PkiFile file(ClusterPki pki, String name) {
    return pki.controlPlaneFiles().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
