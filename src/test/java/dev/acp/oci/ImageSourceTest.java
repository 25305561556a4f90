package dev.acp.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.archive.TarBytes;
import dev.acp.fault.AcpException;
import dev.acp.value.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as Docker, skopeo and tar write them, and as nobody should. */
class ImageSourceTest {
  @TempDir Path dir;
  private Scratch scratch;
  private static final byte[] BASE = new TarBytes().file("etc/base", "base").end().bytes();
  private static final byte[] OTHER = new TarBytes().file("etc/other", "other").end().bytes();

  @BeforeEach
  void open() {
    scratch = new Scratch(dir.resolve(".scratch"));
  }

  @AfterEach
  void close() {
    scratch.close();
    assertThat(dir.resolve(".scratch")).doesNotExist();
  }

  private void run(Object... command) throws Exception {
    Process process =
        new ProcessBuilder(java.util.Arrays.stream(command).map(Object::toString).toList())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve(".out.txt").toFile())
            .start();
    assertThat(process.waitFor())
        .as(() -> List.of(command) + ": " + Layouts.text(dir.resolve(".out.txt")))
        .isZero();
  }

  /** What docker save writes: a folder a layer, named by numbers of Docker's own. */
  private static final class Docker {
    private final TarBytes tar = new TarBytes();
    private final List<String> manifest = new ArrayList<>();

    private static String json(List<String> texts) {
      return texts.stream().map(t -> '"' + t + '"').toList().toString();
    }

    private static String config(List<String> diffIds) {
      return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
          + "\"diff_ids\":"
          + json(diffIds)
          + "}}";
    }

    Docker layer(String path, byte[] bytes) {
      byte[] header = TarBytes.header(path, "644", bytes.length, '0');
      // Docker's tars hold the kind of file in the mode
      TarBytes.put(header, 100, "0100644\0".getBytes(StandardCharsets.US_ASCII));
      tar.entry(TarBytes.sum(header), bytes);
      return this;
    }

    Docker link(char type, String path, String target) {
      byte[] header = TarBytes.header(path, "777", 0, type);
      TarBytes.put(header, 157, target.getBytes(StandardCharsets.UTF_8));
      tar.raw(TarBytes.sum(header));
      return this;
    }

    Docker image(String config, String configName, List<String> tags, String... layers) {
      tar.file(configName, config);
      manifest.add(
          "{\"Config\":\""
              + configName
              + "\",\"RepoTags\":"
              + json(tags)
              + ",\"Layers\":"
              + json(List.of(layers))
              + "}");
      return this;
    }

    Docker image(String tag, List<byte[]> diffs, String... layers) {
      String config = config(diffs.stream().map(d -> Digest.ofBytes(d).oci()).toList());
      return image(config, Digest.ofText(config).hex() + ".json", List.of(tag), layers);
    }

    Path to(Path file) throws IOException {
      tar.file("repositories", "{}");
      tar.file("manifest.json", manifest.toString());
      return Files.write(file, tar.end().bytes());
    }
  }

  private MergedLayout merged(Path... paths) {
    List<ImageSource> sources = new ArrayList<>();
    for (Path path : paths) {
      sources.addAll(ImageSource.open(path, scratch));
    }
    sources.forEach(ImageSource::check);
    return MergedLayout.of(sources);
  }

  private String refusal(Path... paths) {
    try {
      merged(paths);
      return "taken";
    } catch (AcpException e) {
      return e.fault().what() + "\n" + String.join("\n", e.fault().evidence());
    }
  }

  private static List<String> names(MergedLayout merged) {
    return merged.images().stream().map(i -> i.ref().toString()).toList();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(bytes);
    }
    return out.toByteArray();
  }

  /** Writes what was merged and lets skopeo, which knows nothing of acp, read an image of it. */
  private String inspected(MergedLayout merged, String name) throws Exception {
    Path out = dir.resolve("merged");
    for (var file : merged.files().entrySet()) {
      Path path = out.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      try (var in = file.getValue().open()) {
        Files.write(path, in.readAllBytes());
      }
      assertThat(Digest.ofFile(path)).isEqualTo(file.getValue().digest());
    }
    run("skopeo", "copy", "oci:" + out + ":" + name, "dir:" + dir.resolve("copied"));
    return Files.readString(dir.resolve("copied/manifest.json"));
  }

  @Test
  void everyFormOfOneImageIsTakenAndSaysTheSame() throws Exception {
    // skopeo writes the archives, of a layout whose layers and configuration are real
    Path layout = dir.resolve("layout");
    Path plainLayers = dir.resolve("plain");
    new Layouts(plainLayers).real("platform/dns:1.0", BASE, OTHER).open();
    run("skopeo", "copy", "oci:" + plainLayers, "oci:" + layout + ":platform/dns:1.0");
    String from = "oci:" + layout + ":platform/dns:1.0";
    run(
        "skopeo",
        "copy",
        from,
        "docker-archive:" + dir.resolve("d") + ":r.example:5/platform/dns:1");
    run("skopeo", "copy", from, "oci-archive:" + dir.resolve("o") + ":platform/dns:1.0");
    run("tar", "-C", layout, "-cf", dir.resolve("t"), ".");
    run("gzip", "-k", dir.resolve("o"));
    run("zstd", "-q", dir.resolve("t"));
    MergedLayout docker = merged(dir.resolve("d"));
    assertThat(names(docker)).containsExactly("platform/dns:1");
    assertThat(inspected(docker, "platform/dns:1"))
        .contains(Digest.ofBytes(BASE).oci(), Digest.ofBytes(OTHER).oci(), "layer.v1.tar\"");
    MergedLayout plain = merged(layout);
    for (String form : List.of("o", "t", "o.gz", "t.zst")) {
      MergedLayout same = merged(dir.resolve(form));
      assertThat(names(same)).as(form).containsExactly("platform/dns:1.0");
      assertThat(same.files().get("index.json").digest())
          .as(form)
          .isEqualTo(plain.files().get("index.json").digest());
    }
    // all of them, from one folder, hold the two layers packed once and plain once
    Path all = Files.createDirectories(dir.resolve("all"));
    for (String form : List.of("d", "o", "t", "o.gz", "t.zst", "layout")) {
      Files.move(dir.resolve(form), all.resolve(form));
    }
    MergedLayout merged = merged(all);
    assertThat(names(merged)).containsExactly("platform/dns:1", "platform/dns:1.0");
    assertThat(merged.files().keySet().stream().filter(f -> f.startsWith("blobs/"))).hasSize(7);
  }

  @Test
  void dockersLinksCopiesAndPackedLayersAreUnderstood() throws Exception {
    byte[] packed = gzip(OTHER);
    Path file =
        new Docker()
            .layer("aa/layer.tar", BASE)
            .link('2', "bb/layer.tar", "../aa/layer.tar")
            .link('1', "cc/layer.tar", "bb/layer.tar")
            .layer("dd/layer.tar", BASE)
            .layer("blobs/ee", packed)
            .image("docker.io/library/one:1", List.of(BASE, OTHER), "bb/layer.tar", "blobs/ee")
            .image("two:1", List.of(BASE, BASE), "cc/layer.tar", "dd/layer.tar")
            .to(dir.resolve("save.tar"));
    MergedLayout merged = merged(file);
    assertThat(names(merged)).containsExactly("library/one:1", "two:1");
    // two manifests, two configurations, the plain layer once, the packed one as it was
    assertThat(merged.files()).hasSize(8).containsKey(path(BASE)).containsKey(path(packed));
    assertThat(inspected(merged, "library/one:1")).contains("layer.v1.tar+gzip");
  }

  private static String path(byte[] bytes) {
    return ImageFiles.path(Digest.ofBytes(bytes));
  }

  @Test
  void containerdsNameWinsOverABareTag() throws Exception {
    Path layout = dir.resolve("l");
    new Layouts(layout).real("1.0", BASE).write();
    assertThat(refusal(layout)).contains("index.json has an image named 1.0", "docker-archive");
    Path index = layout.resolve("index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replace(
                "\"annotations\":{",
                "\"annotations\":{\"io.containerd.image.name\":\"docker.io/platform/dns:1.0\","));
    assertThat(names(merged(layout))).containsExactly("platform/dns:1.0");
  }

  @Test
  void layoutsMergeWithEachBlobOnceAndNothingUnneeded() throws IOException {
    new Layouts(dir.resolve("a")).image("p/one:1", BASE).open();
    new Layouts(dir.resolve("b")).image("p/two:1", BASE, OTHER).image("p/one:1", BASE).open();
    Files.write(dir.resolve("b/blobs/sha256/" + "0".repeat(64)), new byte[7]);
    MergedLayout merged = merged(dir.resolve("a"), dir.resolve("b"));
    assertThat(names(merged)).containsExactly("p/one:1", "p/two:1");
    // two manifests, one configuration, two layers, and the two files of the layout
    assertThat(merged.files()).hasSize(7);
    assertThat(merged(dir.resolve("b"), dir.resolve("a")).files().get("index.json").digest())
        .isEqualTo(merged.files().get("index.json").digest());
  }

  @Test
  void oneNameForTwoImagesNamesBothSources() throws IOException {
    new Layouts(dir.resolve("a")).image("p/one:1", BASE).open();
    new Layouts(dir.resolve("b")).image("p/one:1", OTHER).open();
    assertThat(refusal(dir.resolve("a"), dir.resolve("b")))
        .contains("p/one:1", dir.resolve("a").toString(), dir.resolve("b").toString());
    Path twice = dir.resolve("c");
    new Layouts(twice).image("p/one:1", BASE).image("r.example/p/one:1", OTHER).write();
    assertThat(refusal(twice)).contains("p/one:1 is in " + twice + " too");
  }

  @Test
  void everyMissingAndEveryBentBlobIsNamedAtOnce() throws IOException {
    Path folder = dir.resolve("a");
    ImageLayout layout = new Layouts(folder).image("p/one:1", BASE, OTHER).open();
    Files.delete(layout.blobPath(Digest.ofBytes(BASE)));
    Files.write(layout.blobPath(Digest.ofBytes(OTHER)), new byte[OTHER.length]);
    assertThat(refusal(folder))
        .contains(layout.blobPath(Digest.ofBytes(BASE)) + " is missing")
        .contains(layout.blobPath(Digest.ofBytes(OTHER)) + " has another digest");
    // the same in an archive
    TarBytes tar = new TarBytes();
    for (String name : List.of("oci-layout", "index.json")) {
      tar.file(name, Files.readString(folder.resolve(name)));
    }
    try (var blobs = Files.list(folder.resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        tar.entry(
            TarBytes.header("blobs/sha256/" + blob.getFileName(), "644", bytes.length, '0'), bytes);
      }
    }
    Path archive = Files.write(dir.resolve("a.tar"), tar.end().bytes());
    assertThat(refusal(archive))
        .contains(archive + "/" + path(BASE) + " is missing")
        .contains(archive + "/" + path(OTHER) + " has another digest");
  }

  @Test
  void hostileAndForeignArchivesAreRefusedByName() throws IOException {
    record Case(String why, Path file) {}
    List<Case> cases =
        List.of(
            new Case(
                "climb.tar: The archive is refused: the name \"../x\"",
                new Docker().layer("../x", BASE).to(dir.resolve("climb.tar"))),
            new Case(
                "link \"a/layer.tar\" leads to \"../../etc/shadow\"",
                new Docker().link('2', "a/layer.tar", "../../etc/shadow").to(dir.resolve("l1"))),
            new Case(
                "link \"a\" leads to \"/etc/shadow\"",
                new Docker().link('2', "a", "/etc/shadow").to(dir.resolve("l2"))),
            new Case("a device", new Docker().link('3', "null", "").to(dir.resolve("device.tar"))),
            new Case(
                "round/layer.tar, which manifest.json lists as a layer, is missing",
                new Docker()
                    .link('2', "round/layer.tar", "layer.tar")
                    .image("a/b:1", List.of(BASE), "round/layer.tar")
                    .to(dir.resolve("round.tar"))),
            new Case(
                "bent.tar/a/layer.tar has another digest than its image's configuration says",
                new Docker()
                    .layer("a/layer.tar", OTHER)
                    .image("a/b:1", List.of(BASE), "a/layer.tar")
                    .to(dir.resolve("bent.tar"))),
            new Case(
                "packed.tar/a/layer.tar has another digest",
                new Docker()
                    .layer("a/layer.tar", gzip(OTHER))
                    .image("a/b:1", List.of(BASE), "a/layer.tar")
                    .to(dir.resolve("packed.tar"))),
            new Case(
                "has 1 diff_ids, but manifest.json lists 2 layers",
                new Docker()
                    .layer("a/layer.tar", BASE)
                    .image("a/b:1", List.of(BASE), "a/layer.tar", "a/layer.tar")
                    .to(dir.resolve("count.tar"))),
            new Case(
                "0".repeat(64) + ".json has another digest than its name",
                new Docker()
                    .image(Docker.config(List.of()), "0".repeat(64) + ".json", List.of("a:1"))
                    .to(dir.resolve("config.tar"))),
            new Case(
                "noname.tar has an image without a name",
                new Docker()
                    .image(Docker.config(List.of()), "c.json", List.of())
                    .to(dir.resolve("noname.tar"))),
            new Case(
                "which docker save writes since 1.10",
                Files.write(
                    dir.resolve("v1"), new TarBytes().file("repositories", "{}").end().bytes())),
            new Case(
                "text.tar: The archive is refused",
                Files.writeString(dir.resolve("text.tar"), "no archive at all".repeat(99))),
            new Case(
                "cut.tar: The archive is refused: it is cut short",
                Files.write(
                    dir.resolve("cut.tar"), new TarBytes().file("manifest.json", "[]").bytes())),
            new Case(
                "cut.gz: The archive is refused",
                Files.write(
                    dir.resolve("cut.gz"), java.util.Arrays.copyOf(gzip(new byte[99999]), 60))),
            new Case("manifest.json lists no image", new Docker().to(dir.resolve("none.tar"))),
            new Case(
                "deep.tar/manifest.json is not JSON",
                Files.write(
                    dir.resolve("deep.tar"),
                    new TarBytes().file("manifest.json", "[".repeat(99999)).end().bytes())),
            new Case("is not there", dir.resolve("absent.tar")),
            new Case("empty: is empty", Files.createDirectories(dir.resolve("empty"))),
            new Case(
                "sub is a folder without oci-layout",
                Files.createDirectories(dir.resolve("of/sub")).getParent()));
    for (Case one : cases) {
      assertThat(refusal(one.file())).as(one.file().toString()).contains(one.why());
    }
  }

  @Test
  void anIndexWithinItselfOrTooDeepEnds() throws IOException {
    Path folder = dir.resolve("deep");
    Layouts layout = new Layouts(folder);
    layout.nested("a/b:1", 6);
    layout.open();
    assertThat(refusal(folder)).contains("an index within too many others");
  }

  /** Five indexes, each pointing 5000 times to the next: 3 times 10 to the power of 18 paths. */
  @Test
  @org.junit.jupiter.api.Timeout(20)
  void indexesThatMultiplyAreFollowedOnce() throws IOException {
    new Layouts(dir.resolve("many")).nested("a/b:1", 5, 5000).write();
    ImageSource many = ImageSource.open(dir.resolve("many"), scratch).get(0);
    many.check();
    assertThat(many.tree().parts(many.images().get(0).descriptor()).manifests()).hasSize(5);
    PlatformIndex index = new PlatformIndex(many.images().get(0).ref());
    index.add(many, many.images().get(0).descriptor());
    assertThat(new String(index.content().open().readAllBytes(), StandardCharsets.UTF_8))
        .contains("\"manifests\":[]");
  }

  @Test
  void namesLoseAHostAndNothingElse() {
    List<String> given =
        List.of(
            "docker.io/library/a:1",
            "r:5000/p/a:1",
            "localhost/a:1",
            "platform/a:1",
            "a:1",
            "r.example/a",
            "r.example/a@sha256:" + "0".repeat(64),
            "r.example/../a:1");
    List<String> wanted =
        List.of("library/a:1", "p/a:1", "a:1", "platform/a:1", "a:1", "none", "none", "none");
    IntStream.range(0, given.size())
        .forEach(
            i ->
                assertThat(
                        ImageRef.parse(ImageRef.withoutHost(given.get(i)))
                            .map(ImageRef::toString)
                            .orElse("none"))
                    .isEqualTo(wanted.get(i)));
  }

  @Test
  void twoArchitecturesBecomeOneIndexAndTheSameOneStays() throws Exception {
    new Layouts(dir.resolve("amd")).real("p/a:1", BASE).image("p/both:1", BASE).open();
    new Layouts(dir.resolve("arm")).arch("arm64", "v8").real("p/a:1", OTHER).open();
    new Layouts(dir.resolve("arm2")).image("p/both:1", BASE).open();
    MergedLayout merged = new MergedLayout();
    for (String name : List.of("amd", "arm", "arm2")) {
      ImageSource.open(dir.resolve(name), scratch)
          .forEach(s -> merged.add(name.equals("amd") ? "amd64" : "arm64", s));
    }
    merged.finish(List.of());
    assertThat(merged.images())
        .extracting(i -> i.descriptor().isIndex())
        .containsExactly(true, false);
    assertThat(inspected(merged, "p/a:1")).contains(Digest.ofBytes(BASE).hex());
    // containerd on an arm64 node asks for its own platform, as skopeo does here
    run(
        "skopeo",
        "--override-arch=arm64",
        "--override-variant=v8",
        "copy",
        "oci:" + dir.resolve("merged") + ":p/a:1",
        "dir:" + dir.resolve("arm-copied"));
    assertThat(Files.readString(dir.resolve("arm-copied/manifest.json")))
        .contains(Digest.ofBytes(OTHER).hex());
    ImageLayout layout = ImageLayout.open(dir.resolve("merged"));
    assertThat(layout.platforms(layout.get("p/a:1")))
        .containsExactly("linux/amd64", "linux/arm64/v8");
  }

  @Test
  void anImageThatLacksAPlatformOrHasOneTwiceIsTold() throws IOException {
    new Layouts(dir.resolve("a"))
        .image("p/a:1", BASE)
        .image("p/one:1", BASE)
        .multi("p/m:1", BASE, OTHER)
        .open();
    new Layouts(dir.resolve("b")).image("p/a:1", OTHER).multi("p/m:1", OTHER, OTHER).open();
    MergedLayout merged = new MergedLayout();
    merged.add("amd64", ImageSource.open(dir.resolve("a"), scratch).get(0));
    merged.add("arm64", ImageSource.open(dir.resolve("b"), scratch).get(0));
    String told;
    try {
      merged.finish(List.of("linux/amd64", "linux/arm64"));
      told = "taken";
    } catch (AcpException e) {
      told = String.join("\n", e.fault().evidence());
    }
    assertThat(told)
        .contains("p/one:1 is not for linux/arm64")
        .contains("p/a:1 for linux/amd64 is in " + dir.resolve("a") + " and, with other content")
        .contains("p/m:1 for linux/amd64");
  }
}
