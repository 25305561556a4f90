package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.SecretSource;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads secrets from a prompt, the environment or a file, each once, and tells the masker about
 * them. Safe for use by several threads; two prompts never mix.
 */
public final class Secrets {
  private final Map<String, String> environment;
  private final Function<String, Optional<String>> prompt;
  private final Masker masker;
  private final Map<String, Secret> read = new HashMap<>();

  /**
   * Where secrets come from.
   *
   * @param prompt asks for what its argument says, without showing it; empty where nobody can be
   *     asked
   */
  public Secrets(
      Map<String, String> environment, Function<String, Optional<String>> prompt, Masker masker) {
    this.environment = Map.copyOf(environment);
    this.prompt = prompt;
    this.masker = masker;
  }

  /** For runs that name no secret. */
  public static Secrets none() {
    return new Secrets(Map.of(), what -> Optional.empty(), new Masker());
  }

  public Masker masker() {
    return masker;
  }

  /** The secret of a source; what names it for a person. */
  public synchronized Secret read(SecretSource source, String what) {
    Secret known = read.get(source + " " + what);
    if (known != null) {
      return known;
    }
    Secret secret = fetch(source, what);
    masker.hide(secret);
    read.put(source + " " + what, secret);
    return secret;
  }

  private Secret fetch(SecretSource source, String what) {
    if (source instanceof SecretSource.Given given) {
      return given.secret();
    }
    if (source instanceof SecretSource.Env env) {
      String value = environment.get(env.name());
      if (value == null || value.isEmpty()) {
        throw AcpException.of(
            FaultCode.USAGE,
            what + " is to come from the environment variable " + env.name() + ", which is empty.");
      }
      return Secret.of(value);
    }
    if (source instanceof SecretSource.SecretFile file) {
      return Secret.of(firstLine(file.path(), what));
    }
    return prompt
        .apply(what)
        .filter(answer -> !answer.isEmpty())
        .map(Secret::of)
        .orElseThrow(
            () ->
                AcpException.of(
                    FaultCode.USAGE,
                    what
                        + " is to be asked for, but there is no terminal. Use env:NAME or"
                        + " file:PATH in the cluster file."));
  }

  private static String firstLine(Path file, String what) {
    try {
      String text = Files.readString(file);
      return text.lines().findFirst().orElse("");
    } catch (IOException e) {
      throw AcpException.of(
          FaultCode.FILE_UNREADABLE, what + " cannot be read from " + file + ": " + e, e);
    }
  }
}
