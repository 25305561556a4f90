package dev.acp.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLayoutTest {
  @TempDir Path dir;
  private static final byte[] BASE = new byte[1000];
  private static final byte[] OTHER = new byte[2000];

  @Test
  void imagesAreFoundByNameWithTheirPlatforms() throws IOException {
    ImageLayout layout =
        new Layouts(dir.resolve("a"))
            .image("platform/pause:3.9", BASE)
            .multi("platform/dns:1.0", BASE, OTHER)
            .open();
    assertThat(layout.platforms(layout.get("platform/pause:3.9"))).containsExactly("linux/amd64");
    assertThat(layout.platforms(layout.get("platform/dns:1.0")))
        .containsExactly("linux/amd64", "linux/arm64");
    ImageLayout.Parts parts = layout.parts(layout.get("platform/dns:1.0"));
    assertThat(parts.manifests()).hasSize(3);
    assertThat(parts.blobs()).hasSize(4);
    assertThatThrownBy(() -> layout.get("platform/absent:1"))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("platform/pause:3.9");
  }

  @Test
  void layoutsMergeWithEachBlobOnceAndNothingUnneeded() throws IOException {
    ImageLayout one = new Layouts(dir.resolve("a")).image("p/one:1", BASE).open();
    ImageLayout two =
        new Layouts(dir.resolve("b")).image("p/two:1", BASE, OTHER).image("p/one:1", BASE).open();
    Files.write(dir.resolve("b/blobs/sha256/" + "0".repeat(64)), new byte[7]);
    MergedLayout merged = MergedLayout.of(List.of(one, two));
    assertThat(merged.images())
        .extracting(i -> i.ref().toString())
        .containsExactly("p/one:1", "p/two:1");
    // two manifests, one configuration, two layers, and the two files of the layout
    assertThat(merged.files()).hasSize(7);
    assertThat(MergedLayout.of(List.of(two, one)).files().get("index.json").digest())
        .isEqualTo(merged.files().get("index.json").digest());
  }

  @Test
  void contradictionsAndMissingBlobsAreToldByName() throws IOException {
    ImageLayout one = new Layouts(dir.resolve("a")).image("p/one:1", BASE).open();
    ImageLayout other = new Layouts(dir.resolve("b")).image("p/one:1", OTHER).open();
    assertThatThrownBy(() -> MergedLayout.of(List.of(one, other)))
        .isInstanceOf(AcpException.class)
        .hasMessageContaining("p/one:1");
    ImageLayout lacking = new Layouts(dir.resolve("c")).image("p/two:1", OTHER).open();
    Files.delete(lacking.blobPath(dev.acp.value.Digest.ofBytes(OTHER)));
    assertThatThrownBy(() -> MergedLayout.of(List.of(lacking))).hasMessageContaining("missing");
    assertThatThrownBy(() -> ImageLayout.open(dir)).hasMessageContaining("oci-archive");
    assertThatThrownBy(() -> new Layouts(dir.resolve("d")).image("docker.io:5000/x", BASE).open())
        .hasMessageContaining("without a host");
  }
}
