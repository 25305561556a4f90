package dev.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Programs of the sample package's parts, which packaging/sample/make-parts.sh puts into the cache.
 * A test that needs one skips where it is not there, and fails where ACP_REAL=required says that it
 * must be.
 */
public final class RealPrograms {
  private RealPrograms() {}

  /**
   * Finds one.
   *
   * @param folder of the cache: kubernetes or sample
   * @param path below one of that folder's builds: bin/kubeadm
   */
  public static Path need(String folder, String path) throws IOException {
    Optional<Path> found = find(folder, path);
    if ("required".equals(System.getenv("ACP_REAL"))) {
      assertThat(found).as(path + " of the cache's " + folder).isPresent();
    }
    assumeThat(found).isPresent();
    return found.orElseThrow();
  }

  private static Optional<Path> find(String folder, String path) throws IOException {
    String moved = System.getenv("ACP_CACHE");
    Path cache =
        moved == null ? Path.of(System.getProperty("user.home"), ".cache/acp") : Path.of(moved);
    if (!Files.isDirectory(cache.resolve(folder))) {
      return Optional.empty();
    }
    try (Stream<Path> builds = Files.list(cache.resolve(folder))) {
      return builds
          .filter(build -> !build.toString().endsWith(".partial"))
          .map(build -> build.resolve(path))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }
}
