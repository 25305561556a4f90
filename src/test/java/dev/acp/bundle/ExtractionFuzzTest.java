package dev.acp.bundle;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.archive.BlockRelay;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.FaultCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What lays out an archive's files, against any archive. */
class ExtractionFuzzTest {
  private static final Set<FaultCode> REFUSALS =
      Set.of(FaultCode.ARCHIVE_REFUSED, FaultCode.BUNDLE_DAMAGED);

  private static Path memory() {
    Path shared = Path.of("/dev/shm");
    return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
  }

  @FuzzTest
  void whatIsLaidOutIsWhatTheManifestSays(byte[] content) throws IOException {
    Path above = Files.createTempDirectory(memory(), "acp-fuzz-");
    try {
      Path target = Files.createDirectory(above.resolve("content"));
      Extraction extraction = new Extraction(target, Optional.empty());
      new BlockRelay(List.of(extraction::read))
          .run(Channels.newChannel(new ByteArrayInputStream(content)), Progress.none(), new Stop());
      try (Stream<Path> beside = Files.list(above)) {
        require(beside.toList().equals(List.of(target)), "something lies outside of the target");
      }
      plainOnly(target);
      if (extraction.refusal().isPresent()) {
        FaultCode code = extraction.refusal().get().fault().code();
        require(REFUSALS.contains(code), "refused as " + code);
      } else {
        require(extraction.head().isPresent(), "taken without a manifest");
        List<String> differences =
            new BundleVerifier(Optional.empty(), Clock.systemUTC())
                .verify(target, Progress.none(), new Stop())
                .differences();
        require(differences.isEmpty(), "taken, but " + differences);
      }
    } finally {
      Trees.delete(above);
    }
  }

  private static void plainOnly(Path target) throws IOException {
    try (Stream<Path> all = Files.walk(target)) {
      for (Path path : all.toList()) {
        int mode = (int) Files.getAttribute(path, "unix:mode");
        int kind = mode & 0170000;
        require(kind == 0100000 || kind == 0040000, path + " is neither a file nor a folder");
        require((mode & 07000) == 0, path + " has a set-id or sticky bit");
      }
    }
  }
}
