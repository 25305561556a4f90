package dev.acp.oci;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image's name without a registry's host: platform/kube-apiserver:v1.20.2.
 *
 * @param repository as the OCI distribution-spec allows it
 */
public record ImageRef(String repository, String tag) {
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  public ImageRef {
    if (repository.length() > 200
        || !REPOSITORY.matcher(repository).matches()
        || !TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException("not REPOSITORY:TAG: " + repository + ":" + tag);
    }
  }

  public static Optional<ImageRef> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ImageRef(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A name without its registry's host: what is before the first slash, if it has a dot or a colon
   * or is localhost (github.com/distribution/reference, normalize.go).
   */
  static String withoutHost(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return host ? name.substring(slash + 1) : name;
  }

  @Override
  public String toString() {
    return repository + ":" + tag;
  }
}
