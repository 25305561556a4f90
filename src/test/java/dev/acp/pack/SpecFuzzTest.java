package dev.acp.pack;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import java.nio.file.Path;
import java.util.Set;

/** The reader of a package's spec, against any bytes. */
class SpecFuzzTest {
  @FuzzTest
  void whatIsTakenKeepsTheRules(byte[] content) {
    Refusals.of(
            () -> SpecReader.parse(content, "fuzzed", Path.of("/nonexistent")),
            FaultCode.SPEC_INVALID)
        .ifPresent(
            spec -> {
              require(spec.product().matches("[A-Za-z0-9][A-Za-z0-9._+~-]*"), spec.product());
              require(spec.version().matches("[A-Za-z0-9][A-Za-z0-9._+~-]*"), spec.version());
              require(Set.of("amd64", "arm64", "hybrid").contains(spec.arch()), spec.arch());
              for (PackageSpec.Component c : spec.components()) {
                require(!c.name().contains("/") && !c.name().startsWith("."), c.name());
              }
            });
  }
}
