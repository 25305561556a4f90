package dev.acp.remote;

import java.util.regex.Pattern;

/**
 * Takes out of a text whatever looks like a secret, known or not: for what leaves the site. It
 * would rather hide too much than too little.
 */
public final class Redaction {
  private static final String HIDDEN = "***";

  /** A private key in PEM, also one whose end was cut off. */
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\\s\\\\]|Proc-Type|DEK-Info|[:,-])*?"
              + "(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)");

  /** Of a PEM key whose beginning was cut off: what stands before its end. */
  private static final Pattern KEY_TAIL =
      Pattern.compile(
          "(?:^[A-Za-z0-9+/=]{16,76}\\R)+-----END [A-Z ]*PRIVATE KEY-----", Pattern.MULTILINE);

  private static final Pattern IN_KUBECONFIG =
      Pattern.compile("((?:client-key-data|id-token|refresh-token)\"?:\\s*\"?)[A-Za-z0-9+/=._-]+");

  /** kubeadm's bootstrap tokens (kubernetes.io, "Bootstrap Tokens"): the second half is secret. */
  private static final Pattern BOOTSTRAP = Pattern.compile("\\b([a-z0-9]{6})\\.[a-z0-9]{16}\\b");

  /** A JSON web token, such as a service account's. */
  private static final Pattern WEB_TOKEN =
      Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*");

  private static final Pattern HEADER =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

  /** user:password@ in a URL. */
  private static final Pattern IN_URL = Pattern.compile("(://[^/\\s:@\"']{1,64}):[^/\\s@\"']+@");

  /** NAME=VALUE and NAME: VALUE, quoted or not, where the name ends like a secret's. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([a-z0-9_.-]*(?:password|passwd|passphrase|secret|token|apikey|api[_-]key"
              + "|access[_-]?key|private[_-]?key|credentials?)[\"']?\\s*[:=]\\s*)"
              + "(\"(?:[^\"\\\\\\n]|\\\\.)+\"|'[^'\\n]+'|[^\\s\"',;{}\\[\\]]+)");

  /**
   * An environment variable that the kubelet logs with a container it cannot start, as Go prints
   * one; and one of a JSON list that was cut.
   */
  private static final Pattern ENVIRONMENT =
      Pattern.compile(
          "(?i)(Name:[A-Za-z0-9_.-]*(?:pass|pwd|secret|token|key|cred|auth)[A-Za-z0-9_.-]*,\\s*Value:)"
              + ".*?(?=,\\s*ValueFrom:|\\}|$)",
          Pattern.MULTILINE);

  private static final Pattern ENVIRONMENT_JSON =
      Pattern.compile(
          "(?i)(\"name\":\\s*\"[A-Za-z0-9_.-]*(?:pass|pwd|secret|token|key|cred|auth)[A-Za-z0-9_.-]*\""
              + ",\\s*\"value\":\\s*)\"(?:[^\"\\\\]|\\\\.)*\"?");

  private final Masker masker;

  /**
   * @param masker knows the secrets that this machine has
   */
  public Redaction(Masker masker) {
    this.masker = masker;
  }

  public String text(String text) {
    String out = masker.mask(text);
    out = KEY.matcher(out).replaceAll(HIDDEN + " a private key " + HIDDEN);
    out = KEY_TAIL.matcher(out).replaceAll(HIDDEN + " a private key " + HIDDEN);
    out = IN_KUBECONFIG.matcher(out).replaceAll("$1" + HIDDEN);
    out = WEB_TOKEN.matcher(out).replaceAll(HIDDEN);
    out = HEADER.matcher(out).replaceAll("$1 " + HIDDEN);
    out = IN_URL.matcher(out).replaceAll("$1:" + HIDDEN + "@");
    out = ENVIRONMENT.matcher(out).replaceAll("$1" + HIDDEN);
    out = ENVIRONMENT_JSON.matcher(out).replaceAll("$1\"" + HIDDEN + "\"");
    out = BOOTSTRAP.matcher(out).replaceAll("$1." + HIDDEN);
    return NAMED.matcher(out).replaceAll("$1" + HIDDEN);
  }

  /** True where a name, such as an environment variable's, says that its value is a secret. */
  public static boolean secretName(String name) {
    return NAMED.matcher(name + "=x").matches()
        || name.toLowerCase(java.util.Locale.ROOT).matches(".*(?:pass|pwd|_key|auth).*");
  }
}
