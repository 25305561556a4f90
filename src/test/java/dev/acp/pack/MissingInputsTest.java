package dev.acp.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.InvalidInput;
import dev.acp.fault.Problem;
import dev.acp.oci.Layouts;
import dev.acp.oci.Scratch;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever makes a package learns of everything that is missing in one run, by the spec's lines. */
class MissingInputsTest {
  @TempDir Path dir;

  private Path put(String path, String text) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void allOfItIsNamedAtOnceWithItsLine() throws IOException {
    Path spec =
        put(
            "spec.yaml",
            """
            apiVersion: acp.dev/v1
            kind: PackageSpec
            product: p
            version: 1.0.0
            arch: amd64
            acp: {atLeast: 0.1.0}
            components:
              - {name: kubernetes, version: v1.31.4, from: gone/kubernetes}
              - {name: runc, version: 1.1.5, from: empty}
            packages:
              - {system: debian-12, from: debs}
              - {system: kylin-v10, from: gone/rpms}
            tool:
              - {from: gone/tool}
            images:
              - {from: gone/images.tar}
              - {from: lacking}
              - {from: not-images}
            networks:
              - {mode: calico, from: gone/calico}
              - {mode: other, from: modeless}
            charts: {from: charts}
            res: {from: gone/res}
            """);
    Files.createDirectories(dir.resolve("empty"));
    put("debs/packages.yaml", "packages:\n  - {name: socat, file: socat_1.deb}\n");
    new Layouts(dir.resolve("lacking")).image("p/a:1", new byte[10], new byte[20]).write();
    for (int size : List.of(10, 20)) {
      Files.delete(dir.resolve("lacking/blobs/sha256/" + Digest.ofBytes(new byte[size]).hex()));
    }
    put("not-images/readme.txt", "hello");
    put("modeless/x.yaml", "a: b\n");
    put("charts/charts.yaml", "charts:\n  - {name: web, kind: manifest, manifests: [web.yaml]}\n");
    InvalidInput told;
    try (Scratch scratch = new Scratch(dir.resolve(".scratch"))) {
      told =
          catchThrowableOfType(
              InvalidInput.class,
              () ->
                  PackagePlan.of(
                      List.of(SpecReader.read(spec, Optional.empty())), Specs.maker(scratch)));
    }
    assertThat(told.problems())
        .extracting(Problem::line)
        .containsExactly(8, 9, 11, 12, 14, 16, 17, 17, 18, 20, 21, 22, 23);
    assertThat(told.problems())
        .extracting(p -> p.toString().replace(dir + "/", ""))
        .satisfiesExactly(
            p -> assertThat(p).contains("the folder gone/kubernetes does not exist"),
            p -> assertThat(p).contains("empty is empty"),
            p -> assertThat(p).contains("packages/debian-12-amd64/socat_1.deb, which is missing"),
            p -> assertThat(p).contains("gone/rpms"),
            p -> assertThat(p).contains("gone/tool"),
            p -> assertThat(p).contains("gone/images.tar is not there"),
            p -> assertThat(p).contains("lacking/blobs/sha256/", "is missing"),
            p -> assertThat(p).contains("lacking/blobs/sha256/", "is missing"),
            p -> assertThat(p).contains("not-images/readme.txt: The archive is refused"),
            p -> assertThat(p).contains("gone/calico"),
            p -> assertThat(p).contains("modeless holds no mode.yaml"),
            p -> assertThat(p).contains("charts/web.yaml, which is missing"),
            p -> assertThat(p).contains("gone/res"));
  }
}
