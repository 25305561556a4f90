package dev.acp.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.bundle.Verification;
import dev.acp.openpgp.Fingerprint;
import dev.acp.openpgp.SignatureVerdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A verification as an operator compares it, and as contract.md's JSON. */
final class VerificationReport {
  private VerificationReport() {}

  static String text(Verification v) {
    StringBuilder out = new StringBuilder();
    line(out, "File", v.target().toString());
    line(out, "Size", String.format(Locale.ROOT, "%,d bytes", v.bytes().count()));
    line(out, v.digest().algorithm(), v.digest().hex());
    for (SignatureVerdict s : v.signatures()) {
      out.append('\n');
      line(out, "Signer", s.signer().isEmpty() ? "unknown" : s.signer());
      line(out, "Key ID", s.keyId());
      line(out, "Fingerprint", s.fingerprint().map(Fingerprint::grouped).orElse("unknown"));
      line(out, "Created", s.created().map(Object::toString).orElse("unknown"));
      line(out, "Signature", s.status().id() + (s.reason().isEmpty() ? "" : ": " + s.reason()));
    }
    if (!v.differences().isEmpty()) {
      out.append('\n');
      v.differences().forEach(d -> line(out, "Differs", d));
    }
    out.append('\n');
    line(out, "Verdict", (v.good() ? "GOOD: " : "BAD: ") + v.reason());
    return out.toString();
  }

  private static void line(StringBuilder out, String label, String value) {
    out.append(String.format(Locale.ROOT, "%-12s %s\n", label + ":", value));
  }

  static String json(Verification v) {
    return json(map(v));
  }

  static Map<String, Object> map(Verification v) {
    Map<String, Object> top = new LinkedHashMap<>();
    top.put("package", v.target().toString());
    top.put("verdict", v.good() ? "good" : "bad");
    top.put("reason", v.reason());
    top.put("bytes", v.bytes().count());
    Map<String, Object> digest = new LinkedHashMap<>();
    digest.put("algorithm", v.digest().algorithm());
    digest.put("value", v.digest().hex());
    top.put("digest", digest);
    List<Object> signatures = new ArrayList<>();
    for (SignatureVerdict s : v.signatures()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("keyId", s.keyId());
      one.put("fingerprint", s.fingerprint().map(Fingerprint::hex).orElse(null));
      one.put("signer", s.signer());
      one.put("created", s.created().map(Object::toString).orElse(null));
      one.put("status", s.status().id());
      one.put("reason", s.reason());
      signatures.add(one);
    }
    top.put("signatures", signatures);
    top.put("differences", v.differences());
    return top;
  }

  static String json(Map<String, Object> top) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(top);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and scalars can always be written", e);
    }
  }
}
