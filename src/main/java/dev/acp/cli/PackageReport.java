package dev.acp.cli;

import dev.acp.bundle.Glance;
import dev.acp.bundle.Manifest;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.SignatureClaim;
import dev.acp.value.Bytes;
import dev.acp.value.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a package says of itself, for people and as one JSON document. */
record PackageReport(Glance glance, SignerClaims signer) {
  String json() {
    Manifest m = glance.manifest();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("product", m.product());
    all.put("version", m.version());
    all.put("arch", m.arch());
    all.put("needsAcp", m.acpAtLeast().toString());
    all.put("kubernetes", m.kubernetes().stream().map(Object::toString).toList());
    all.put("components", components());
    all.put("packages", packages());
    all.put("networks", m.networks());
    all.put("charts", m.charts());
    all.put("chartVersions", charts());
    all.put("images", images());
    all.put("files", m.files().size());
    all.put("sizes", glance.sizes());
    all.put("unpackedBytes", m.unpackedSize());
    all.put("bytes", glance.bytes());
    all.put("manifestSigned", glance.manifestSigned());
    all.put("signature", signature());
    return VerificationReport.json(all);
  }

  private Map<String, Object> signature() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("file", signer.file().map(Object::toString).orElse(null));
    all.put("verified", false);
    all.put("problem", signer.problem());
    List<Object> claims = new ArrayList<>();
    for (SignatureClaim claim : signer.claims()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("keyId", claim.keyId());
      one.put("fingerprint", claim.fingerprint().map(Fingerprint::hex).orElse(null));
      one.put("created", claim.created().map(Object::toString).orElse(null));
      one.put("keyTrusted", claim.names(signer.trusted()));
      claims.add(one);
    }
    all.put("signatures", claims);
    return all;
  }

  private List<String> components() {
    return glance.manifest().components().stream()
        .map(c -> c.name() + " " + c.version() + " " + c.arch())
        .toList();
  }

  private List<String> packages() {
    return glance.manifest().packages().stream().map(p -> p.system() + " " + p.arch()).toList();
  }

  private List<String> images() {
    return glance.manifest().images().stream().map(i -> i.ref() + "@" + i.digest().oci()).toList();
  }

  private List<String> charts() {
    return glance.charts().stream().map(c -> (c.name() + " " + c.version()).strip()).toList();
  }

  String text() {
    Manifest m = glance.manifest();
    StringBuilder out = new StringBuilder();
    line(out, "Product", List.of(m.product() + " " + m.version()));
    line(out, "Architecture", List.of(m.arch()));
    line(out, "Needs acp", List.of(m.acpAtLeast() + because(m)));
    line(out, "Kubernetes", m.kubernetes().stream().map(Object::toString).toList());
    line(out, "Components", components());
    line(out, "Packages", packages());
    line(out, "Network modes", m.networks());
    line(out, "Charts", m.charts() && charts().isEmpty() ? List.of("yes") : charts());
    line(out, "Images", images());
    line(
        out,
        "Sizes",
        glance.sizes().entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%-10s %s", e.getKey(), Bytes.of(e.getValue())))
            .toList());
    line(
        out,
        "Unpacked",
        List.of(Bytes.of(m.unpackedSize()) + " in " + m.files().size() + " files"));
    if (!glance.folder()) {
      line(
          out,
          "Package",
          List.of(
              String.format(
                  Locale.ROOT, "%s (%,d bytes)", Bytes.of(glance.bytes()), glance.bytes())));
    }
    line(out, "Manifest", List.of(glance.manifestSigned() ? "signed" : "NOT SIGNED"));
    line(out, "Signature", signers());
    return out.toString();
  }

  private static String because(Manifest m) {
    return m.acpBecause().isEmpty() ? "" : " (" + m.acpBecause() + ")";
  }

  private List<String> signers() {
    if (signer.file().isEmpty()) {
      return List.of("NONE beside it");
    }
    if (!signer.problem().isEmpty()) {
      return List.of(signer.file().get() + " " + signer.problem());
    }
    List<String> all = new ArrayList<>(List.of(signer.file().get().toString()));
    for (SignatureClaim claim : signer.claims()) {
      String key =
          claim.fingerprint().map(Fingerprint::grouped).orElse("the key ID " + claim.keyId());
      all.add("signed by " + key);
      claim.created().ifPresent(at -> all.add("at " + at));
      all.add(
          claim.names(signer.trusted())
              ? "which is a key that is trusted here"
              : "which is NOT among the keys that are trusted here");
    }
    all.add("not verified here; to verify: acp verify-package " + glance.target());
    return all;
  }

  private static void line(StringBuilder out, String label, List<String> values) {
    List<String> shown = values.isEmpty() ? List.of("none") : values;
    for (int i = 0; i < shown.size(); i++) {
      out.append(
          String.format(
              Locale.ROOT, "%-15s %s\n", i == 0 ? label + ":" : "", Printable.line(shown.get(i))));
    }
  }
}
