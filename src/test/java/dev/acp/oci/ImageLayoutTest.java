package dev.acp.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import java.io.IOException;
import java.nio.file.Path;
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
}
