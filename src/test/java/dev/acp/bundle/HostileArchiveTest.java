package dev.acp.bundle;

import static dev.acp.archive.TarBytes.header;
import static dev.acp.archive.TarBytes.put;
import static dev.acp.archive.TarBytes.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.archive.TarBytes;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.value.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Archives that a trusted key has signed, and that are hostile all the same: each ends with exit
 * code 3, nothing outside the target, nothing left in it.
 */
class HostileArchiveTest {
  @TempDir static Path dir;
  private static Packages packages;

  @BeforeAll
  static void key() {
    packages = new Packages(dir);
  }

  /** Adds what is hostile to a head whose manifest lists a.txt, with the content "x". */
  private interface Bend {
    TarBytes of(TarBytes head);
  }

  private static final Map<String, String> ONE = Map.of("a.txt", "x");

  private static byte[] named(byte[] raw) {
    byte[] block = header("", "644", 1, '0');
    put(block, 0, raw);
    return sum(block);
  }

  private static Bend name(String name) {
    return tar -> tar.file(name, "x").end();
  }

  private static Bend type(char type) {
    return tar -> {
      byte[] block = header("installer/a.txt", "777", 0, type);
      put(block, 157, "/etc/passwd".getBytes(StandardCharsets.US_ASCII));
      return tar.raw(sum(block)).end();
    };
  }

  private static TarBytes good(TarBytes tar) {
    return tar.file("installer/a.txt", "x");
  }

  private static Map<String, Bend> names() {
    Map<String, Bend> all = new LinkedHashMap<>();
    all.put("absolute name", name("/tmp/acp-hostile"));
    all.put("absolute name below installer", name("installer//tmp/acp-hostile"));
    all.put("climbing name", name("installer/../../acp-hostile"));
    all.put("climbing to the root's side", name("installer/../beside"));
    all.put("a dot as a part", name("installer/./a.txt"));
    all.put("outside installer", name("other/a.txt"));
    all.put("installer as a file", name("installer"));
    all.put("a name that only begins like installer", name("installer-2/a.txt"));
    all.put("backslashes", name("installer/..\\..\\a.txt"));
    all.put("a control character", name("installer/a\n.txt"));
    all.put("an escape sequence", name("installer/\u001b[2Ja.txt"));
    all.put("a right-to-left override", name("installer/a\u202etxt.sh"));
    all.put("a zero-width space", name("installer/a\u200b.txt"));
    all.put("an empty name", tar -> tar.file("", "x").end());
    all.put("a file named like a folder", name("installer/a.txt/"));
    all.put(
        "a name that is not UTF-8",
        tar ->
            tar.entry(
                    named(
                        new byte[] {'i', 'n', 's', 't', 'a', 'l', 'l', 'e', 'r', '/', (byte) 0xff}),
                    new byte[] {'x'})
                .end());
    all.put(
        "an overlong UTF-8 slash",
        tar ->
            tar.entry(
                    named(
                        new byte[] {
                          'i', 'n', 's', 't', 'a', 'l', 'l', 'e', 'r', '/', (byte) 0xc0, (byte) 0xaf
                        }),
                    new byte[] {'x'})
                .end());
    all.put(
        "text behind the name's zero byte",
        tar -> {
          byte[] block = header("installer/a.txt", "644", 1, '0');
          put(block, 50, "hidden".getBytes(StandardCharsets.US_ASCII));
          return tar.entry(sum(block), new byte[] {'x'}).end();
        });
    all.put("a name twice", tar -> good(good(tar)).end());
    all.put("names that differ by case", tar -> good(tar).file("installer/A.TXT", "x").end());
    all.put("a file that is a folder too", tar -> good(tar).file("installer/a.txt/b", "x").end());
    all.put("a folder where a file is", tar -> good(tar.folder("installer/a.txt")).end());
    all.put("a second manifest", tar -> good(tar).file("installer/manifest.yaml", "x").end());
    all.put("a second signature", tar -> good(tar).file("installer/manifest.yaml.sig", "x").end());
    all.put("a climbing name in a pax header", tar -> good(tar.pax("path=../../a.txt")).end());
    all.put(
        "a climbing GNU long name",
        tar ->
            good(tar.entry(
                    header("L", "644", 8, 'L'), "../../a\0".getBytes(StandardCharsets.UTF_8)))
                .end());
    all.put("a folder outside", tar -> good(tar.folder("/tmp/acp-hostile-folder")).end());
    return all;
  }

  private static Map<String, Bend> kinds() {
    Map<String, Bend> all = new LinkedHashMap<>();
    all.put("a file with the target of a link", type('0'));
    all.put("a symbolic link", type('2'));
    all.put("a hard link", type('1'));
    all.put("a character device", type('3'));
    all.put("a block device", type('4'));
    all.put("a named pipe", type('6'));
    all.put("a contiguous file", type('7'));
    all.put("a GNU sparse file", type('S'));
    all.put("a GNU long link", type('K'));
    all.put("a multi-volume entry", type('M'));
    all.put("an unknown type", type('Z'));
    all.put("a global pax header", type('g'));
    all.put(
        "a folder with content",
        tar -> tar.entry(header("installer/d", "755", 1, '5'), new byte[] {'x'}).end());
    all.put("a sparse file by pax", tar -> good(tar.pax("GNU.sparse.major=1")).end());
    all.put("a link target by pax", tar -> good(tar.pax("linkpath=/etc/passwd")).end());
    all.put("an attribute by pax", tar -> good(tar.pax("SCHILY.xattr.user.a=b")).end());
    return all;
  }

  private static byte[] size(String field) {
    byte[] block = header("installer/a.txt", "644", 1, '0');
    put(block, 124, field.getBytes(StandardCharsets.ISO_8859_1));
    return sum(block);
  }

  private static Map<String, Bend> sizes() {
    Map<String, Bend> all = new LinkedHashMap<>();
    all.put("a long name of 600 MB", tar -> tar.raw(header("L", "644", 600_000_000, 'L')));
    all.put("a pax header of 600 MB", tar -> tar.raw(header("x", "644", 600_000_000, 'x')));
    all.put("a pax header of no length", tar -> good(tar.raw(header("x", "644", 0, 'x'))).end());
    all.put("a pax size that is no number", tar -> good(tar.pax("size=-1")).end());
    all.put(
        "a pax size of too many digits", tar -> good(tar.pax("size=99999999999999999999")).end());
    all.put("a pax size beyond the manifest's", tar -> good(tar.pax("size=513")).end());
    all.put(
        "a pax record with a lying length",
        tar ->
            good(tar.entry(
                    header("x", "644", 9, 'x'), "99 path=a".getBytes(StandardCharsets.UTF_8)))
                .end());
    all.put("two pax headers", tar -> good(tar.pax("uid=1").pax("uid=1")).end());
    all.put("a pax header without an entry", tar -> good(tar).pax("uid=1").end());
    all.put("a negative base-256 size", tar -> tar.raw(size("\u00ff".repeat(12))).end());
    all.put(
        "a huge base-256 size",
        tar -> tar.raw(size("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")).end());
    all.put("a size that is not octal", tar -> tar.raw(size("0000000009x\0")).end());
    all.put("a file longer than the manifest says", tar -> tar.file("installer/a.txt", "xx").end());
    all.put("a file of another content", tar -> tar.file("installer/a.txt", "y").end());
    all.put("a file that is not in the manifest", tar -> good(tar).file("installer/b", "x").end());
    all.put("a file of the manifest that is missing", TarBytes::end);
    all.put(
        "a mode with the set-user-id bit",
        tar -> {
          byte[] block = header("installer/a.txt", "644", 1, '0');
          put(block, 100, "0004644\0".getBytes(StandardCharsets.US_ASCII));
          return tar.entry(sum(block), new byte[] {'x'}).end();
        });
    return all;
  }

  private static Map<String, Bend> ends() {
    Map<String, Bend> all = new LinkedHashMap<>();
    all.put("no end mark", tar -> good(tar));
    all.put("half an end mark", tar -> good(tar).raw(new byte[512]));
    all.put("cut within a header", tar -> good(tar).raw(new byte[100]));
    all.put("cut within a file", tar -> tar.raw(header("installer/a.txt", "644", 1, '0')));
    all.put("an archive behind the archive", tar -> good(tar).end().file("installer/b", "x").end());
    all.put("a byte behind the end mark", tar -> good(tar).end().raw(new byte[] {1}));
    all.put("zeros without end", tar -> good(tar).end().raw(new byte[3 << 20]));
    all.put(
        "data in the padding",
        tar -> {
          byte[] content = new byte[512];
          content[0] = 'x';
          content[200] = 'y';
          return tar.raw(header("installer/a.txt", "644", 1, '0')).raw(content).end();
        });
    all.put(
        "a wrong checksum",
        tar -> {
          byte[] block = header("installer/a.txt", "644", 1, '0');
          block[149]++;
          return tar.entry(block, new byte[] {'x'}).end();
        });
    all.put(
        "no ustar magic",
        tar -> {
          byte[] block = header("installer/a.txt", "644", 1, '0');
          put(block, 257, new byte[8]);
          return tar.entry(sum(block), new byte[] {'x'}).end();
        });
    return all;
  }

  @TestFactory
  Stream<DynamicTest> isRefusedAndLeavesNothing() {
    Map<String, Bend> all = new LinkedHashMap<>(names());
    all.putAll(kinds());
    all.putAll(sizes());
    all.putAll(ends());
    return all.entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(), () -> refused(e.getValue().of(packages.head(ONE)).bytes())));
  }

  private static void refused(byte[] archive) throws IOException {
    Path place = Files.createTempDirectory(dir, "hostile");
    Path target = place.resolve("deep/er/target");
    Path file = packages.signed(dir.resolve("hostile.tar"), archive);
    AcpException refused = catchThrowableOfType(AcpException.class, () -> unpack(file, target));
    assertThat(refused).isNotNull();
    assertThat(refused.exit().code()).as(refused.fault().toString()).isEqualTo(3);
    try (Stream<Path> left = Files.walk(place)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
    if (Files.exists(target)) {
      assertThat(target).isEmptyDirectory();
    }
    assertThat(Path.of("/tmp/acp-hostile")).doesNotExist();
  }

  private static Unpacker.Result unpack(Path file, Path target) {
    return new Unpacker(Clock.systemUTC(), v -> {})
        .unpack(
            new Unpacker.Request(
                file,
                target,
                Optional.empty(),
                Optional.of(() -> packages.trust),
                false,
                Version.of("0.1.0")),
            Progress.none(),
            new Stop());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void whatIsBentIsTakenWhenItIsNotBent() throws IOException {
    Path file =
        packages.signed(
            dir.resolve("control.tar"),
            good(packages.head(ONE).folder("installer").folder("installer/d").pax("uid=1"))
                .end()
                .raw(new byte[9216])
                .bytes());
    assertThat(unpack(file, dir.resolve("control")).already()).isFalse();
    assertThat(dir.resolve("control/installer/a.txt")).hasContent("x");
  }

  @Test
  void gzipMembersMayFollowEachOther() throws IOException {
    byte[] good = packages.good();
    byte[] first = java.util.Arrays.copyOf(good, 1000);
    byte[] rest = java.util.Arrays.copyOfRange(good, 1000, good.length);
    Path target = dir.resolve("members");
    unpack(packages.signed(dir.resolve("m.tar.gz"), join(gzip(first), gzip(rest))), target);
    assertThat(target.resolve("installer/res/b.txt")).exists();
  }

  @Test
  void gzipThatIsDamagedOrFollowedByOtherDataIsRefused() throws IOException {
    byte[] good = gzip(packages.good());
    List<byte[]> bad = new ArrayList<>();
    bad.add(join(good, "garbage".getBytes(StandardCharsets.UTF_8)));
    bad.add(join(good, gzip("garbage".getBytes(StandardCharsets.UTF_8))));
    bad.add(java.util.Arrays.copyOf(good, good.length - 1));
    bad.add(java.util.Arrays.copyOf(good, good.length / 2));
    byte[] sum = good.clone();
    sum[good.length - 6] ^= 1;
    bad.add(sum);
    byte[] middle = good.clone();
    middle[good.length / 2] ^= 1;
    bad.add(middle);
    for (byte[] archive : bad) {
      refused(archive);
    }
  }

  @Test
  void aCompressionBombStopsAtTheManifest() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(packages.head(ONE).raw(header("installer/a.txt", "644", 1L << 32, '0')).bytes());
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 512; i++) {
        gzip.write(zeros);
      }
    }
    refused(out.toByteArray());
  }

  @Test
  void hostileManifestsAreRefused() throws IOException {
    String good = Packages.manifest(ONE).text();
    List<String> bad =
        List.of(
            good.replace("a.txt", "../a.txt"),
            good.replace("a.txt", "/a.txt"),
            good.replace("\"0644\"", "\"4755\""),
            good.replace("\"0644\"", "\"0666\""),
            good.replace("\"size\":1", "\"size\":-1"),
            good.replace("unpackedSize: 1", "unpackedSize: 0"),
            good.replace("formatVersion: 1", "formatVersion: 2"),
            good.replace("a.txt", "manifest.yaml"),
            good.replace("arch: \"amd64\"", "arch: \"../..\""),
            good + "files: []\n",
            good + "more: 1\n",
            "a: &a [x]\nb: *a\n",
            "",
            "- 1\n",
            "\u0000");
    for (String manifest : bad) {
      refused(packages.head(manifest).file("installer/a.txt", "x").end().bytes());
    }
  }
}
