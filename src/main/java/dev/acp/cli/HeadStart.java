package dev.acp.cli;

import dev.acp.bundle.PackageFile;
import dev.acp.bundle.PackageVerifier;
import dev.acp.bundle.Trust;
import dev.acp.bundle.Verification;
import dev.acp.event.Background;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The verification of the package that a command line most likely means, begun while that line is
 * still being read: the file is hashed in the time that picocli takes. It only reads, and whether
 * it counts is for the command to say, which gives the keys.
 */
final class HeadStart {
  /** For a command that nothing was begun for. */
  static final HeadStart NONE = new HeadStart(Optional.empty());

  private final Optional<Path> file;
  private final Stop stop = new Stop();
  private final CompletableFuture<Supplier<Trust>> trust = new CompletableFuture<>();
  private volatile Progress progress = Progress.none();
  private final Optional<Background<Verification>> found;

  private HeadStart(Optional<Path> file) {
    this.file = file;
    this.found = file.map(f -> Background.of("acp-head-start", () -> verify(f)));
  }

  /** Begins, if the line is one of verify-package with a package that has its signature beside. */
  static HeadStart of(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.isEmpty()
        || !words.get(0).equals(Commands.name(VerifyPackageCommand.class))
        || words.stream().anyMatch(word -> word.startsWith("--sig"))) {
      return NONE;
    }
    return words.stream()
        .skip(1)
        .filter(HeadStart::signed)
        .findFirst()
        .map(word -> new HeadStart(Optional.of(Path.of(word))))
        .orElse(NONE);
  }

  private static boolean signed(String word) {
    try {
      Path file = Path.of(word);
      return Files.isRegularFile(file)
          && PackageFile.usualSignatures(file).stream().anyMatch(Files::exists);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private Verification verify(Path path) {
    return new PackageVerifier(() -> trust.join().get(), Clock.systemUTC())
        .verify(path, Optional.empty(), bytes -> progress.done(bytes), stop);
  }

  /**
   * Waits for what was begun, or does it now if that was something else.
   *
   * @param signature the signature's file; if empty, the usual one beside the package
   */
  Verification finish(Path path, Optional<Path> signature, Supplier<Trust> whom, Progress drawn) {
    if (file.equals(Optional.of(path)) && signature.isEmpty()) {
      progress = drawn;
      trust.complete(whom);
      return found.orElseThrow().get();
    }
    stop.ask();
    return new PackageVerifier(whom, Clock.systemUTC()).verify(path, signature, drawn, new Stop());
  }
}
