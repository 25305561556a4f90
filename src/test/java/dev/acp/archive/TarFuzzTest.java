package dev.acp.archive;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import dev.acp.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The readers of tar, gzip and zstd, against any bytes. */
class TarFuzzTest {
  /** What a fuzzed archive of some kilobytes may unpack to before the test stops reading it. */
  private static final long ENOUGH = 8 << 20;

  /** An entry as it was read. */
  private record Read(String name, boolean folder, int mode, long size, Digest content) {}

  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static List<Read> all(TarReader tar, boolean slices) throws IOException {
    List<Read> all = new ArrayList<>();
    long sum = 0;
    byte[] buffer = new byte[4096];
    for (Optional<TarEntry> e = tar.next(); e.isPresent(); e = tar.next()) {
      MessageDigest digest = Digest.hasher();
      long seen = 0;
      while (true) {
        int n = 0;
        if (slices) {
          Optional<Slice> slice = tar.slice();
          if (slice.isPresent()) {
            n = slice.get().length();
            digest.update(slice.get().bytes());
            slice.get().release();
          }
        } else {
          n = Math.max(0, tar.read(buffer, 0, buffer.length));
          digest.update(buffer, 0, n);
        }
        if (n == 0) {
          break;
        }
        seen += n;
        sum += n;
        if (sum > ENOUGH) {
          throw new Enough();
        }
      }
      require(seen == e.get().size(), "an entry has another size than its header says");
      all.add(
          new Read(
              e.get().name(),
              e.get().folder(),
              e.get().mode(),
              seen,
              Digest.fromRaw(digest.digest())));
    }
    return all;
  }

  private static List<Read> streamed(byte[] content) throws IOException {
    try (InputStream in = Compression.open(new ByteArrayInputStream(content))) {
      return all(new TarReader(in), false);
    }
  }

  /** The way that unpack reads: through shared blocks. */
  private static List<Read> relayed(byte[] content) throws IOException {
    List<Read> all = new ArrayList<>();
    new BlockRelay(
            List.of(
                raw -> {
                  Compression packed = Compression.of(raw);
                  if (packed == Compression.NONE) {
                    all.addAll(all(new TarReader(raw), true));
                  } else {
                    BlockRelay.direct(List.of(in -> all.addAll(all(new TarReader(in), true))))
                        .run(packed.unpacked(raw), Progress.none(), new Stop());
                  }
                }))
        .run(Channels.newChannel(new ByteArrayInputStream(content)), Progress.none(), new Stop());
    return all;
  }

  @FuzzTest
  void whatIsTakenKeepsTheRules(byte[] content) throws IOException {
    Optional<List<Read>> read;
    try {
      read = Refusals.of(() -> streamed(content), FaultCode.ARCHIVE_REFUSED);
    } catch (Enough e) {
      return;
    }
    Optional<List<Read>> again = Refusals.of(() -> relayed(content), FaultCode.ARCHIVE_REFUSED);
    require(read.equals(again), "read in blocks it is another archive: " + read + ", " + again);
    if (read.isEmpty()) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (Read entry : read.get()) {
      require(!entry.name().startsWith("/"), "an absolute name was taken");
      require(!List.of(entry.name().split("/", -1)).contains(".."), "a climbing name was taken");
      require(entry.name().chars().noneMatch(c -> c < ' ' || c == 127), "a control character");
      require((entry.mode() & ~0777) == 0, "a mode of more than rwx: " + entry.mode());
      require(
          names.add(entry.name().toLowerCase(Locale.ROOT)) || entry.folder(),
          "a name was taken twice");
    }
    writtenAgain(read.get());
  }

  private static void writtenAgain(List<Read> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Read> files = entries.stream().filter(e -> !e.folder()).toList();
    try (TarWriter writer = new TarWriter(bytes)) {
      for (Read entry : files) {
        writer.file(
            entry.name(),
            entry.mode(),
            entry.size(),
            new ByteArrayInputStream(new byte[(int) entry.size()]));
      }
    }
    List<Read> back = streamed(bytes.toByteArray());
    require(back.size() == files.size(), "written again it has other entries");
    for (int i = 0; i < back.size(); i++) {
      require(back.get(i).name().equals(files.get(i).name()), "written again a name is another");
      require(back.get(i).mode() == files.get(i).mode(), "written again a mode is another");
    }
  }
}
