package dev.acp.remote;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.Resource;

/** Reads a private key file: OpenSSH's own form, PKCS#1 or PKCS#8. */
final class SshKeys {
  private SshKeys() {}

  static KeyProvider load(SSHClient client, Path file, Optional<Secret> passphrase) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, "The SSH key file " + file + " cannot be read: " + e, e);
    }
    if (mayBeEcdsa(text)) {
      SshAlgorithms.needEcdsa();
    }
    try {
      KeyProvider keys = client.loadKeys(text, null, passphrase.map(SshKeys::once).orElse(null));
      keys.getPrivate();
      keys.getPublic();
      return keys;
    } catch (IOException | RuntimeException e) {
      String hint =
          passphrase.isPresent()
              ? "; is the passphrase right?"
              : "; if it has a passphrase, name it with passphraseFrom";
      throw AcpException.of(
          FaultCode.LOGIN_REFUSED, "The SSH key file " + file + " cannot be used" + hint, e);
    }
  }

  private static boolean mayBeEcdsa(String text) {
    if (text.contains("EC PRIVATE KEY") || text.contains("BEGIN PRIVATE KEY")) {
      return true;
    }
    StringBuilder body = new StringBuilder();
    text.lines().filter(l -> !l.contains("-----")).forEach(l -> body.append(l.strip()));
    try {
      byte[] blob = Base64.getDecoder().decode(body.toString());
      return new String(blob, StandardCharsets.ISO_8859_1).contains("ecdsa-sha2-");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Gives a secret to sshj, without a second try. */
  static PasswordFinder once(Secret secret) {
    return new PasswordFinder() {
      @Override
      public char[] reqPassword(Resource<?> resource) {
        return secret.reveal().toCharArray();
      }

      @Override
      public boolean shouldRetry(Resource<?> resource) {
        return false;
      }
    };
  }
}
