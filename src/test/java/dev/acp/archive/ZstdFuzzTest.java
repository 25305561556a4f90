package dev.acp.archive;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import dev.acp.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The two readers of zstd, zstd's own and Java's, against any bytes and each other. */
class ZstdFuzzTest {
  private static final long ENOUGH = 8 << 20;

  private static Digest digest(InputStream in) throws IOException {
    try (in) {
      MessageDigest digest = Digest.hasher();
      byte[] buffer = new byte[64 << 10];
      long sum = 0;
      for (int n = in.read(buffer); n >= 0 && sum < ENOUGH; n = in.read(buffer)) {
        int counted = (int) Math.min(n, ENOUGH - sum);
        digest.update(buffer, 0, counted);
        sum += counted;
      }
      return Digest.fromRaw(digest.digest());
    }
  }

  @FuzzTest
  void bothUnpackTheSame(byte[] content) {
    Assumptions.assumeTrue(ZstdLibrary.usable());
    Optional<Digest> own =
        Refusals.of(
            () -> digest(Compression.nativeZstd(new ByteArrayInputStream(content))),
            FaultCode.ARCHIVE_REFUSED);
    Optional<Digest> java =
        Refusals.of(
            () -> digest(Compression.javaZstd(new ByteArrayInputStream(content))),
            FaultCode.ARCHIVE_REFUSED);
    // each may be the stricter one (Java's passes over checksums, and refuses frames to be skipped)
    // but never may they differ in what they take
    require(own.isEmpty() || java.isEmpty() || own.equals(java), "two readers, two contents");
  }
}
