package dev.acp.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.FreePort;
import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.event.Stop;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.oci.ImageLayout;
import dev.acp.oci.Layouts;
import dev.acp.oci.RegistryClient;
import dev.acp.oci.SyncPlan;
import dev.acp.operation.SyncImages.Synced;
import dev.acp.pki.ClusterPki;
import dev.acp.registry.RealRegistry;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the sample package's real registry, where the cache has one. */
class SyncImagesTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final NodeName NODE = NodeName.of(ADDRESS);
  private static final byte[] AMD = random(200_000, 1);
  private static final byte[] ARM = random(300_000, 2);
  private static final Set<String> ALL = Set.of();

  @TempDir Path dir;
  private ClusterPki pki;
  private RealRegistry registry;

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws Exception {
    pki = RealRegistry.pki(dir.resolve("pki"), ADDRESS);
    registry = RealRegistry.start(dir.resolve("registry"), pki, ADDRESS, FreePort.find());
  }

  @AfterEach
  void stop() throws Exception {
    if (registry != null) {
      registry.close();
    }
  }

  private ImageLayout amd64(String name) throws IOException {
    return new Layouts(dir.resolve(name)).image("platform/dns:1.0", AMD).open();
  }

  private ImageLayout hybrid() throws IOException {
    return new Layouts(dir.resolve("hybrid"))
        .multi("platform/dns:1.0", AMD, ARM)
        .image("platform/only-amd64:1", random(50_000, 3))
        .open();
  }

  private Synced sync(ImageLayout layout, Set<String> platforms, boolean dryRun) {
    return sync(layout, platforms, dryRun, Events.none(), new Stop());
  }

  private Synced sync(
      ImageLayout layout, Set<String> platforms, boolean dryRun, Events events, Stop stop) {
    List<Synced> all =
        new SyncImages(layout, platforms, events, stop).run(Map.of(NODE, registry.client), dryRun);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static Map<String, SyncPlan.Action> actions(Synced synced) {
    Map<String, SyncPlan.Action> actions = new TreeMap<>();
    synced.images().forEach(i -> actions.put(i.ref().toString(), i.action()));
    return actions;
  }

  /** The digest that the registry serves for each platform of an image. */
  private Map<String, String> served(String repository, String tag) throws IOException {
    JsonNode top = new ObjectMapper().readTree(registry.client.manifest(repository, tag).get());
    Map<String, String> served = new TreeMap<>();
    for (JsonNode one : top.path("manifests")) {
      String digest = one.path("digest").asText();
      assertThat(registry.client.manifestDigest(repository, digest)).isPresent();
      served.put(one.path("platform").path("architecture").asText(), digest);
    }
    return served;
  }

  @Test
  void aHybridLayoutArrivesWholeAndASecondRunPushesNothing() throws IOException {
    ImageLayout layout = hybrid();
    Synced would = sync(layout, ALL, true);
    assertThat(actions(would).values()).containsOnly(SyncPlan.Action.PUSH);
    assertThat(would.sent().count()).isGreaterThan(550_000);
    assertThat(registry.client.manifestDigest("platform/dns", "1.0")).isEmpty();
    Synced first = sync(layout, ALL, false);
    assertThat(first.sent()).isEqualTo(would.sent());
    assertThat(registry.client.manifestDigest("platform/dns", "1.0"))
        .contains(layout.get("platform/dns:1.0").descriptor().digest());
    Synced second = sync(layout, ALL, false);
    assertThat(actions(second).values()).containsOnly(SyncPlan.Action.PRESENT);
    assertThat(second.blobsSent()).isZero();
    assertThat(second.sent().count()).isZero();
    assertThat(sync(layout, ALL, true).sent().count()).isZero();
  }

  @Test
  void whatASingleArchitectureSetupPushedBecomesTheHybridImage() throws IOException {
    sync(amd64("amd64"), ALL, false);
    ImageLayout layout = hybrid();
    Synced synced = sync(layout, ALL, false);
    assertThat(actions(synced))
        .containsEntry("platform/dns:1.0", SyncPlan.Action.ADD)
        .containsEntry("platform/only-amd64:1", SyncPlan.Action.PUSH);
    // the amd64 layer and its configuration were there, and the latter is mounted for another image
    assertThat(synced.blobsThere()).isEqualTo(3);
    assertThat(registry.client.manifestDigest("platform/dns", "1.0"))
        .contains(layout.get("platform/dns:1.0").descriptor().digest());
  }

  @Test
  void aBundleOfAnotherArchitectureTakesNothingAwayFromTheNodesThatAreThere() throws IOException {
    sync(amd64("amd64"), ALL, false);
    Digest amd = registry.client.manifestDigest("platform/dns", "1.0").orElseThrow();
    ImageLayout arm = new Layouts(dir.resolve("arm")).armImage("platform/dns:1.0", ARM).open();
    Synced synced = sync(arm, ALL, false);
    assertThat(actions(synced)).containsEntry("platform/dns:1.0", SyncPlan.Action.ADD);
    Map<String, String> both = new TreeMap<>();
    both.put("amd64", amd.oci());
    both.put("arm64", arm.get("platform/dns:1.0").descriptor().digest().oci());
    assertThat(served("platform/dns", "1.0")).isEqualTo(both);
    assertThat(actions(sync(arm, ALL, false)).values()).containsOnly(SyncPlan.Action.PRESENT);
    // the first one's own bundle finds itself there, too, and moves nothing back
    assertThat(actions(sync(amd64("again"), ALL, false)).values())
        .containsOnly(SyncPlan.Action.PRESENT);
    assertThat(served("platform/dns", "1.0")).isEqualTo(both);
  }

  @Test
  void onlyThePlatformsWantedAreSent() throws IOException {
    Synced arm = sync(hybrid(), Set.of("linux/arm64"), false);
    assertThat(actions(arm))
        .containsEntry("platform/dns:1.0", SyncPlan.Action.PUSH)
        .containsEntry("platform/only-amd64:1", SyncPlan.Action.OTHER_PLATFORM);
    assertThat(registry.client.hasBlob("platform/dns", Digest.ofBytes(AMD), AMD.length)).isFalse();
    assertThat(registry.client.hasBlob("platform/dns", Digest.ofBytes(ARM), ARM.length)).isTrue();
    assertThat(registry.client.manifestDigest("platform/only-amd64", "1")).isEmpty();
    Synced amd = sync(hybrid(), Set.of("linux/amd64"), false);
    assertThat(actions(amd)).containsEntry("platform/dns:1.0", SyncPlan.Action.ADD);
    assertThat(served("platform/dns", "1.0")).containsOnlyKeys("amd64", "arm64");
    assertThat(actions(sync(hybrid(), ALL, false)).values()).containsOnly(SyncPlan.Action.PRESENT);
  }

  @Test
  void anIndexThatStatesNoPlatformsIsKnownByItsConfigurations() throws IOException {
    ImageLayout layout =
        new Layouts(dir.resolve("bare")).multiWithoutPlatforms("platform/dns:1.0", AMD, ARM).open();
    assertThat(sync(layout, ALL, false).count(SyncPlan.Action.PUSH)).isEqualTo(1);
    Digest whole = layout.get("platform/dns:1.0").descriptor().digest();
    assertThat(sync(layout, ALL, false).count(SyncPlan.Action.PRESENT)).isEqualTo(1);
    assertThat(sync(layout, Set.of("linux/arm64"), true).count(SyncPlan.Action.PRESENT))
        .isEqualTo(1);
    assertThat(registry.client.manifestDigest("platform/dns", "1.0")).contains(whole);
  }

  @Test
  void otherContentOfTheSamePlatformIsReplacedAndSaidToBe() throws IOException {
    sync(
        new Layouts(dir.resolve("old")).image("platform/dns:1.0", random(1000, 9)).open(),
        ALL,
        false);
    Synced synced = sync(hybrid(), ALL, false);
    assertThat(actions(synced)).containsEntry("platform/dns:1.0", SyncPlan.Action.REPLACE);
    assertThat(registry.client.manifestDigest("platform/dns", "1.0"))
        .contains(hybrid().get("platform/dns:1.0").descriptor().digest());
  }

  @Test
  void anInterruptedRunGoesOnWhereItStopped() throws IOException {
    ImageLayout layout =
        new Layouts(dir.resolve("many"))
            .image("platform/a:1", random(3 << 20, 11))
            .image("platform/b:1", random(3 << 20, 12))
            .image("platform/c:1", random(3 << 20, 13))
            .image("platform/d:1", random(3 << 20, 14))
            .image("platform/e:1", random(3 << 20, 15))
            .image("platform/f:1", random(3 << 20, 16))
            .open();
    Stop stop = new Stop();
    Events stopper =
        event -> {
          if (event instanceof Event.Moved moved && moved.done().count() > 4 << 20) {
            stop.ask();
          }
        };
    assertThatThrownBy(() -> sync(layout, ALL, false, stopper, stop))
        .isInstanceOfSatisfying(
            AcpException.class, e -> assertThat(e.fault().code()).isEqualTo(FaultCode.INTERRUPTED));
    Synced rest = sync(layout, ALL, false);
    // at least one layer had arrived, and no tag names an image that is not whole
    assertThat(rest.blobsThere()).isPositive();
    assertThat(rest.sent().count()).isPositive().isLessThan(6L * (3 << 20));
    assertThat(sync(layout, ALL, false).blobsSent()).isZero();
  }

  @Test
  void aDamagedBlobIsRefusedByNameAndNoTagIsSetForIt() throws IOException {
    ImageLayout layout = hybrid();
    Path blob = layout.blobPath(Digest.ofBytes(ARM));
    byte[] other = ARM.clone();
    other[5]++;
    Files.write(blob, other);
    assertThatThrownBy(() -> sync(layout, ALL, false))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> {
              assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_DAMAGED);
              assertThat(e.fault().what()).contains(blob.toString());
            });
    assertThat(registry.client.manifestDigest("platform/dns", "1.0")).isEmpty();
    Files.delete(blob);
    assertThatThrownBy(() -> sync(layout, ALL, false)).hasMessageContaining(blob.toString());
    Files.write(blob, ARM);
    assertThat(sync(layout, ALL, false).count(SyncPlan.Action.PUSH)).isEqualTo(2);
  }

  @Test
  void anIndexThatDiffersFromTheSignedManifestIsRefused() throws IOException {
    ImageLayout layout = hybrid();
    Map<String, Digest> signed = new LinkedHashMap<>();
    layout.images().forEach(i -> signed.put(i.ref().toString(), i.descriptor().digest()));
    assertThat(ImageLayout.open(layout.folder(), signed).images()).hasSize(2);
    Map<String, Digest> more = new LinkedHashMap<>(signed);
    more.put("platform/missing:1", Digest.ofText("x"));
    assertThatThrownBy(() -> ImageLayout.open(layout.folder(), more))
        .hasMessageContaining("platform/missing:1");
    signed.put("platform/dns:1.0", Digest.ofText("x"));
    assertThatThrownBy(() -> ImageLayout.open(layout.folder(), signed))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_DAMAGED));
  }

  @Test
  void oneRegistryThatDoesNotAnswerStopsTheRunBeforeAnythingIsSent() throws IOException {
    Map<NodeName, RegistryClient> two = new LinkedHashMap<>();
    two.put(NODE, registry.client);
    two.put(
        NodeName.of("127.0.0.2"),
        new RegistryClient(URI.create("https://127.0.0.2:" + FreePort.find()), pki.pushContext()));
    ImageLayout layout = hybrid();
    assertThatThrownBy(() -> new SyncImages(layout, ALL, Events.none(), new Stop()).run(two, false))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> {
              assertThat(e.fault().code()).isEqualTo(FaultCode.REGISTRY_FAILED);
              assertThat(e.fault().what()).contains("127.0.0.2", "nothing was sent");
            });
    assertThat(registry.client.manifestDigest("platform/dns", "1.0")).isEmpty();
  }
}
