package dev.acp.bundle;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.archive.EntryName;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The reader of manifests, against any bytes. */
class ManifestFuzzTest {
  @FuzzTest
  void whatIsTakenKeepsTheRules(byte[] content) {
    Optional<Manifest> read =
        Refusals.of(() -> Manifest.parse(content, "fuzzed"), FaultCode.BUNDLE_DAMAGED);
    Optional<Manifest> asYaml =
        Refusals.of(() -> new ManifestReader("fuzzed").readAll(content), FaultCode.BUNDLE_DAMAGED);
    require(read.equals(asYaml), "read quickly it is another than YAML says");
    read.ifPresent(ManifestFuzzTest::judge);
  }

  private static void judge(Manifest manifest) {
    long sum = 0;
    for (FileEntry file : manifest.files()) {
      require(EntryName.problem(file.path()).isEmpty(), "a bad path: " + file.path());
      require(file.size() >= 0, "a negative size");
      require((file.mode() & ~0755) == 0 && (file.mode() & 0400) != 0, "a bad mode");
      sum = Math.addExact(sum, file.size());
    }
    require(sum == manifest.unpackedSize(), "unpackedSize is not the sum");
    byte[] again = manifest.text().getBytes(StandardCharsets.UTF_8);
    require(Manifest.parse(again, "again").equals(manifest), "read again it is another");
  }
}
