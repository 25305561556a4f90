package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.Texts;
import dev.acp.kube.ArchConstraint;
import dev.acp.oci.Sending;
import dev.acp.oci.SyncPlan;
import dev.acp.operation.SyncImages.Synced;
import dev.acp.value.Digest;
import dev.acp.value.Lang;
import dev.acp.value.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run of sync-images did, or would do, in each registry, and what still blocks. */
final class SyncImagesReport {
  private final String cluster;
  private final Texts texts;
  private final boolean dryRun;
  private final List<Synced> registries;
  private final ArchConstraint constraint;

  SyncImagesReport(
      String cluster,
      Lang lang,
      boolean dryRun,
      List<Synced> registries,
      ArchConstraint constraint) {
    this.cluster = cluster;
    this.texts = Texts.of(lang);
    this.dryRun = dryRun;
    this.registries = registries;
    this.constraint = constraint;
  }

  /**
   * For a person.
   *
   * @param all names the images that were there and those of other platforms, too
   */
  String text(boolean all) {
    StringBuilder out = new StringBuilder();
    for (Synced registry : registries) {
      for (SyncPlan image : registry.images()) {
        boolean quiet =
            image.action() == SyncPlan.Action.PRESENT
                || image.action() == SyncPlan.Action.OTHER_PLATFORM;
        if (all || !quiet) {
          out.append(
              String.format(
                  Locale.ROOT,
                  "%-16s %-15s %s  %s%n",
                  registry.node(),
                  image.action().id(),
                  Printable.line(image.ref().toString()),
                  String.join(",", image.platforms())));
        }
      }
      out.append(summary(registry)).append('\n');
    }
    label(out);
    return out.toString();
  }

  private String summary(Synced r) {
    List<String> args = new ArrayList<>();
    args.add(r.node().text());
    args.add(Integer.toString(r.images().size()));
    args.add(Long.toString(changed(r)));
    args.add(Long.toString(r.count(SyncPlan.Action.PRESENT)));
    args.add(Long.toString(r.count(SyncPlan.Action.OTHER_PLATFORM)));
    args.add(Integer.toString(r.blobsSent()));
    args.add(Integer.toString(r.blobsThere()));
    args.add(r.sent().toString());
    return texts.format(dryRun ? "sync-images.would" : "sync-images.done", args);
  }

  private static long changed(Synced r) {
    return r.count(SyncPlan.Action.PUSH)
        + r.count(SyncPlan.Action.ADD)
        + r.count(SyncPlan.Action.REPLACE);
  }

  private void label(StringBuilder out) {
    if (!constraint.known()) {
      out.append(
              texts.format(
                  "sync-images.label-unknown",
                  List.of(ArchConstraint.LABEL, ArchConstraint.CLUSTER)))
          .append('\n');
    } else if (constraint.objects().isEmpty()) {
      out.append(texts.format("sync-images.label-absent", List.of(ArchConstraint.LABEL)))
          .append('\n');
    }
    for (ArchConstraint.Labelled one : constraint.objects()) {
      out.append(
              Printable.line(
                  texts.format(
                      "sync-images.label-set",
                      List.of(
                          one.object(), ArchConstraint.LABEL + "=" + one.value(), one.remedy()))))
          .append('\n');
    }
  }

  /** One document; fields may be added to it, never renamed. */
  String json() {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("cluster", cluster);
    top.put("dryRun", dryRun);
    List<Object> all = new ArrayList<>();
    for (Synced r : registries) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("node", r.node().text());
      one.put("pushed", changed(r));
      one.put("skipped", r.count(SyncPlan.Action.PRESENT));
      one.put("otherPlatform", r.count(SyncPlan.Action.OTHER_PLATFORM));
      one.put("blobsSent", r.blobsSent());
      one.put("blobsSkipped", r.blobsThere());
      one.put("bytes", r.sent().count());
      one.put("images", r.images().stream().map(SyncImagesReport::image).toList());
      all.add(one);
    }
    top.put("registries", all);
    Map<String, Object> label = new LinkedHashMap<>();
    label.put("label", ArchConstraint.LABEL);
    label.put("known", constraint.known());
    label.put(
        "objects",
        constraint.objects().stream()
            .map(o -> Map.of("object", o.object(), "value", o.value(), "remedy", o.remedy()))
            .toList());
    top.put("archConstraint", label);
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(top) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }

  private static Map<String, Object> image(SyncPlan plan) {
    Map<String, Object> image = new LinkedHashMap<>();
    image.put("image", plan.ref().toString());
    image.put("action", plan.action().id());
    image.put("platforms", plan.platforms());
    image.put("digest", plan.sending().map(Sending::digest).map(Digest::oci).orElse(null));
    return image;
  }
}
