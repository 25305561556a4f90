package dev.acp.remote;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The host keys that acp knows, in a file of OpenSSH's known_hosts form (sshd(8), SSH_KNOWN_HOSTS
 * FILE FORMAT). An unknown key is refused unless it may be taken; a key that differs from every
 * known one of that host, of whatever type, is always refused, so that nobody in between gets by
 * with a key of another type. Safe for use by several threads.
 */
public final class HostKeys {
  /** Says whether the key of a host met for the first time may be taken. */
  @FunctionalInterface
  public interface Newcomers {
    boolean accept(String host, String type, String fingerprint);
  }

  /** What a key turned out to be. */
  public enum Answer {
    KNOWN,
    ADDED,
    UNKNOWN,
    CHANGED
  }

  private record Entry(String marker, String hosts, String type, String key) {}

  private final Path file;
  private final Newcomers newcomers;

  private HostKeys(Path file, Newcomers newcomers) {
    this.file = file;
    this.newcomers = newcomers;
  }

  /** Uses this file; it need not exist. */
  public static HostKeys in(Path file, Newcomers newcomers) {
    return new HostKeys(file, newcomers);
  }

  /** Uses this file; new keys are taken or refused without asking. */
  public static HostKeys in(Path file, boolean acceptNew) {
    return new HostKeys(file, (host, type, fingerprint) -> acceptNew);
  }

  public Path file() {
    return file;
  }

  /** The types of the keys known for a host: ssh-ed25519, ssh-rsa, ... */
  synchronized List<String> types(String host, int port) {
    return entries().stream()
        .filter(e -> e.marker().isEmpty() && matches(e.hosts(), host, port))
        .map(Entry::type)
        .toList();
  }

  /** Judges a key that a server showed; one that may be taken is kept. */
  synchronized Answer judge(String host, int port, String type, byte[] key) {
    String text = Base64.getEncoder().encodeToString(key);
    List<Entry> ours = entries().stream().filter(e -> matches(e.hosts(), host, port)).toList();
    boolean revoked =
        ours.stream().anyMatch(e -> e.marker().equals("@revoked") && e.key().equals(text));
    List<Entry> plain = ours.stream().filter(e -> e.marker().isEmpty()).toList();
    if (revoked) {
      return Answer.CHANGED;
    }
    if (plain.stream().anyMatch(e -> e.key().equals(text))) {
      return Answer.KNOWN;
    }
    if (!plain.isEmpty()) {
      return Answer.CHANGED;
    }
    if (!newcomers.accept(name(host, port), type, fingerprint(key))) {
      return Answer.UNKNOWN;
    }
    append(name(host, port) + " " + type + " " + text);
    return Answer.ADDED;
  }

  /** As ssh-keygen -l prints it. */
  static String fingerprint(byte[] key) {
    byte[] digest = dev.acp.value.Digest.hasher().digest(key);
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
  }

  private static String name(String host, int port) {
    return port == 22 ? host : "[" + host + "]:" + port;
  }

  private List<Entry> entries() {
    return lines().stream().map(HostKeys::parse).flatMap(List::stream).toList();
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The known host keys in " + file + " cannot be read: " + e, e);
    }
  }

  private void append(String line) {
    String all = String.join("\n", lines());
    String text = (all.isEmpty() ? "" : all + "\n") + line + "\n";
    try {
      AtomicFile.privateFolder(file.toAbsolutePath().getParent());
      AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), "rw-------");
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The new host key cannot be kept in " + file + ": " + e, e);
    }
  }

  private static List<Entry> parse(String line) {
    if (line.isBlank() || line.startsWith("#")) {
      return List.of();
    }
    String[] words = line.strip().split("[ \t]+", -1);
    int first = words[0].startsWith("@") ? 1 : 0;
    if (words.length < first + 3) {
      return List.of();
    }
    return List.of(
        new Entry(first == 1 ? words[0] : "", words[first], words[first + 1], words[first + 2]));
  }

  private static boolean matches(String hosts, String host, int port) {
    String name = name(host, port);
    if (hosts.startsWith("|1|")) {
      return hashMatches(hosts, name);
    }
    boolean found = false;
    for (String pattern : hosts.split(",", -1)) {
      boolean not = pattern.startsWith("!");
      if (glob(not ? pattern.substring(1) : pattern).matcher(name).matches()) {
        if (not) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
  }

  private static boolean hashMatches(String hosts, String name) {
    String[] parts = hosts.split("\\|", -1);
    if (parts.length != 4) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
      byte[] hash = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
      return Arrays.equals(hash, Base64.getDecoder().decode(parts[3]));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
