package dev.acp.bundle;

import dev.acp.archive.TarBytes;
import dev.acp.openpgp.Gpg;
import dev.acp.openpgp.KeyFileSigner;
import dev.acp.openpgp.Keyring;
import dev.acp.value.Digest;
import dev.acp.value.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes packages for tests, byte by byte, with real signatures. */
public final class Packages {
  public final Path publicKey;
  public final Path secretKey;
  public final Trust trust;
  private final KeyFileSigner signer;

  public Packages(Path dir) {
    try (Gpg gpg = new Gpg()) {
      gpg.key("vendor", "ed25519", "sign", "never");
      publicKey = gpg.publicKey("vendor", dir.resolve("vendor.asc"));
      secretKey = gpg.secretKey("vendor", dir.resolve("vendor-secret.asc"));
    }
    trust = Trust.in(Keyring.load(List.of(), List.of(publicKey)));
    signer = KeyFileSigner.open(secretKey, Optional.empty(), Clock.systemUTC());
  }

  public static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of("res/a.txt", "aaa\n", "res/b.txt", "b".repeat(3000), "setup.sh", "#!/bin/sh\n"));

  public static Manifest manifest(Map<String, String> files) {
    List<FileEntry> entries = new ArrayList<>();
    files.forEach(
        (path, content) ->
            entries.add(
                new FileEntry(
                    path,
                    content.getBytes(StandardCharsets.UTF_8).length,
                    0644,
                    Digest.ofText(content))));
    return new Manifest(
        "test",
        "1.0.0",
        "amd64",
        List.of(Version.of("v1.31.4")),
        Version.of("0.1.0"),
        "",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        entries.stream().mapToLong(FileEntry::size).sum(),
        entries);
  }

  /** The head of a package: manifest and its signature. */
  public TarBytes head(String manifest) throws IOException {
    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
    byte[] signature = signer.sign(new ByteArrayInputStream(bytes));
    return new TarBytes()
        .file("installer/manifest.yaml", manifest)
        .entry(
            TarBytes.header("installer/manifest.yaml.sig", "644", signature.length, '0'),
            signature);
  }

  public TarBytes head(Map<String, String> files) throws IOException {
    return head(manifest(files).text());
  }

  /** A whole good package. */
  public byte[] good() throws IOException {
    TarBytes tar = head(FILES);
    FILES.forEach((path, content) -> tar.file("installer/" + path, content));
    return tar.end().bytes();
  }

  /** Writes a file and its signature beside it. */
  public Path signed(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.write(
        file.resolveSibling(file.getFileName() + ".sig"),
        signer.sign(new ByteArrayInputStream(bytes)));
    return file;
  }
}
