package dev.acp.remote;

import com.hierynomus.sshj.key.KeyAlgorithm;
import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.mac.Macs;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.DefaultSecurityProviderConfig;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.DHGexSHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.random.Random;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * What acp offers to an SSH server, in an order of its own: sshj's default puts CBC and SHA-1
 * first. The JDK's providers do the work, since Bouncy Castle's are four times slower (measured).
 */
final class SshAlgorithms {
  static {
    SecurityUtils.setRegisterBouncyCastle(false);
  }

  private SshAlgorithms() {}

  /**
   * The configuration of one connection.
   *
   * @param knownTypes host key types that are known for this host; they are asked for first, so
   *     that a server with several keys shows the one that can be compared
   */
  static Config config(List<String> knownTypes) {
    DefaultSecurityProviderConfig config = new DefaultSecurityProviderConfig();
    config.setKeyExchangeFactories(
        List.of(
            new Curve25519SHA256.Factory(),
            new Curve25519SHA256.FactoryLibSsh(),
            new ECDHNistP.Factory256(),
            new ECDHNistP.Factory384(),
            new ECDHNistP.Factory521(),
            DHGroups.Group16SHA512(),
            new DHGexSHA256.Factory(),
            DHGroups.Group14SHA256()));
    config.setCipherFactories(
        List.of(
            GcmCiphers.AES128GCM(),
            GcmCiphers.AES256GCM(),
            BlockCiphers.AES128CTR(),
            BlockCiphers.AES256CTR()));
    config.setMACFactories(
        List.of(
            Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
    config.setKeyAlgorithms(keyAlgorithms(knownTypes));
    config.setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE);
    Random random = new PacketRandom();
    config.setRandomFactory(() -> random);
    config.setVersion("acp");
    return config;
  }

  private static List<Factory.Named<KeyAlgorithm>> keyAlgorithms(List<String> knownTypes) {
    List<Factory.Named<KeyAlgorithm>> all =
        List.of(
            KeyAlgorithms.EdDSA25519(),
            KeyAlgorithms.RSASHA512(),
            KeyAlgorithms.RSASHA256(),
            KeyAlgorithms.ECDSASHANistp256(),
            KeyAlgorithms.ECDSASHANistp384(),
            KeyAlgorithms.ECDSASHANistp521());
    List<Factory.Named<KeyAlgorithm>> ordered = new ArrayList<>();
    all.stream().filter(a -> knownTypes.contains(keyType(a.getName()))).forEach(ordered::add);
    all.stream().filter(a -> !ordered.contains(a)).forEach(ordered::add);
    return ordered;
  }

  /** The key type as known_hosts has it, of a signature algorithm (RFC 8332). */
  private static String keyType(String algorithm) {
    return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
  }

  /**
   * Adds Bouncy Castle behind the JDK's providers: sshj 0.40 reads ECDSA keys with its "ECDSA" key
   * factory only. It costs 200 ms once, so it is done where such a key is met.
   */
  static void needEcdsa() {
    synchronized (SshAlgorithms.class) {
      if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
        Security.addProvider(new BouncyCastleProvider());
      }
    }
  }
}
