package dev.acp.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumesTest {
  private static final int SIZE = 1 << 20;

  @TempDir Path dir;
  private final byte[] data = new byte[3 * SIZE + 12345];
  private Path whole;

  @BeforeEach
  void write() throws IOException {
    new Random(7).nextBytes(data);
    whole = dir.resolve("p.tar");
    write(data);
  }

  private void write(byte[] content) throws IOException {
    try (VolumeWriter out = new VolumeWriter(whole, Bytes.mib(1))) {
      out.write(content, 0, 10);
      out.write(content[10]);
      out.write(content, 11, content.length - 11);
      out.publish();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private Path part(int i) {
    return dir.resolve(VolumeList.partName("p.tar", i));
  }

  private byte[] read() throws IOException {
    try (InputStream in = Channels.newInputStream(Volumes.find(part(1)).orElseThrow().open())) {
      return in.readAllBytes();
    }
  }

  private void check() throws IOException {
    Volumes volumes = Volumes.find(part(1)).orElseThrow();
    volumes.requireAll();
    try (InputStream in = Channels.newInputStream(volumes.open())) {
      volumes.check(in);
    }
  }

  private AcpException refused() {
    AcpException e = catchThrowableOfType(AcpException.class, this::check);
    assertThat(e).isNotNull();
    assertThat(e.fault().code()).isEqualTo(FaultCode.ARCHIVE_REFUSED);
    assertThat(e.fault().code().exit().code()).isEqualTo(3);
    return e;
  }

  @Test
  void partsReadAsOneStreamAreTheWhole() throws IOException {
    assertThat(names())
        .containsExactly("p.tar.001", "p.tar.002", "p.tar.003", "p.tar.004", "p.tar.parts");
    assertThat(Files.size(part(3))).isEqualTo(SIZE);
    assertThat(Files.size(part(4))).isEqualTo(12345);
    assertThat(read()).isEqualTo(data);
    check();
  }

  @Test
  void everyNameOfTheSetMeansTheSet() {
    for (Path given : List.of(dir, part(1), part(3), dir.resolve("p.tar.parts"), whole)) {
      assertThat(Volumes.find(given)).as(given.toString()).isPresent();
      assertThat(Volumes.find(given).orElseThrow().whole()).isEqualTo(whole);
    }
    assertThat(Volumes.find(dir.resolve("other.tar"))).isEmpty();
  }

  @Test
  void aWholeFileOfTheNameIsMeantByItsName() throws IOException {
    Files.write(whole, data);
    assertThat(Volumes.find(whole)).isEmpty();
    assertThat(Volumes.find(part(1))).isPresent();
  }

  @Test
  void partsWithoutTheirListAreRefusedAndOtherNumbersAreNoParts() throws IOException {
    Files.delete(dir.resolve("p.tar.parts"));
    assertThatThrownBy(() -> Volumes.find(part(1)))
        .hasMessageContaining("p.tar.parts")
        .hasMessageContaining("missing");
    assertThat(Volumes.find(Files.write(dir.resolve("log.001"), data))).isEmpty();
  }

  @Test
  void twoSetsInOneFolderMustBeNamed() throws IOException {
    Files.copy(dir.resolve("p.tar.parts"), dir.resolve("q.tar.parts"));
    assertThatThrownBy(() -> Volumes.find(dir)).hasMessageContaining("2 packages");
  }

  @Test
  void everythingThatIsMissingShortOrForeignIsToldAtOnceBeforeReading() throws IOException {
    Files.delete(part(2));
    Files.write(part(3), new byte[5]);
    Files.write(part(9), new byte[5]);
    assertThat(refused().fault().evidence())
        .containsExactly(
            "p.tar.002 is missing",
            "p.tar.003 has 5 bytes, but should have 1048576",
            "p.tar.009 is not one of the parts");
  }

  @Test
  void aPartThatIsALinkOrAFolderIsNoPart() throws IOException {
    Path away = Files.move(part(2), dir.resolve("away"));
    Files.createSymbolicLink(part(2), away);
    assertThat(refused()).hasMessageContaining("p.tar.002 is not a file");
  }

  @Test
  void swappedPartsAreNamed() throws IOException {
    Path third = dir.resolve("x");
    Files.move(part(1), third);
    Files.move(part(2), part(1));
    Files.move(third, part(2));
    assertThat(refused()).hasMessageContaining("p.tar.001 holds what p.tar.002 should hold");
  }

  @Test
  void aDamagedPartIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(part(3));
    bytes[77] ^= 1;
    Files.write(part(3), bytes);
    assertThat(refused()).hasMessageContaining("p.tar.003 is damaged");
  }

  @Test
  void aSmallerSetReplacesALargerOneWhole() throws IOException {
    byte[] less = java.util.Arrays.copyOf(data, SIZE + 1);
    write(less);
    assertThat(names()).containsExactly("p.tar.001", "p.tar.002", "p.tar.parts");
    assertThat(read()).isEqualTo(less);
  }

  @Test
  void whatIsNotPublishedLeavesNothing() throws IOException {
    List<String> before = names();
    try (VolumeWriter out = new VolumeWriter(whole, Bytes.mib(1))) {
      out.write(data, 0, 2 * SIZE);
    }
    assertThat(names()).isEqualTo(before);
    check();
  }

  @Test
  void theSameStreamGivesTheSameList() throws IOException {
    String list = Files.readString(dir.resolve("p.tar.parts"));
    write(data);
    assertThat(Files.readString(dir.resolve("p.tar.parts"))).isEqualTo(list);
    VolumeList parsed = VolumeList.parse(list.getBytes(StandardCharsets.UTF_8), "p.tar.parts");
    assertThat(parsed.text()).isEqualTo(list);
    assertThat(parsed.size()).isEqualTo(data.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p.tar.001=../../etc/passwd",
        "p.tar.002=p.tar.003",
        "1048576=1048577",
        "format: 1=format: 2",
        "sha256=sha512",
        "\"p.tar\"=\"q.tar\"",
        "size: =size: -",
      })
  void aListThatWasTamperedWithIsRefusedAndLeadsNowhereElse(String change) throws IOException {
    String[] words = change.split("=", -1);
    Path list = dir.resolve("p.tar.parts");
    String text = Files.readString(list);
    assertThat(text).contains(words[0]);
    int at = text.indexOf(words[0]);
    Files.writeString(
        list, text.substring(0, at) + words[1] + text.substring(at + words[0].length()));
    AcpException e = catchThrowableOfType(AcpException.class, this::check);
    assertThat(e.fault().code()).isEqualTo(FaultCode.ARCHIVE_REFUSED);
  }

  @Test
  void aHugeListIsRefusedInBoundedMemory() throws IOException {
    Files.write(dir.resolve("p.tar.parts"), new byte[2 << 20]);
    assertThatThrownBy(() -> Volumes.find(part(1))).hasMessageContaining("too large");
  }

  @Test
  void moreThan999PartsAreRefusedAndNothingIsLeft() throws IOException {
    Path small = dir.resolve("s.tar");
    assertThatThrownBy(
            () -> {
              try (VolumeWriter out = new VolumeWriter(small, Bytes.of(10))) {
                out.write(data, 0, 9991);
                out.publish();
              }
            })
        .hasMessageContaining("more than 999 parts");
    assertThat(names()).noneMatch(n -> n.startsWith("s.tar") || n.startsWith(".s.tar"));
  }
}
