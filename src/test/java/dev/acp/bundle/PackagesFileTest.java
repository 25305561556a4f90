package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.FaultCode;
import dev.acp.fault.InvalidInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagesFileTest {
  @Test
  void packagesKeepTheirOrder() {
    assertThat(
            PackagesFile.parse(
                    "p.yaml",
                    """
                    packages:
                      - {name: libmnl0, version: "1", file: libmnl0_1.0.4-3_amd64.deb, wantedBy: [x]}
                      - {name: g++, file: "g++_4%3a12.2_amd64.deb"}
                    """)
                .all())
        .containsExactly(
            new PackagesFile.One("libmnl0", "1", "libmnl0_1.0.4-3_amd64.deb"),
            new PackagesFile.One("g++", "", "g++_4%3a12.2_amd64.deb"));
    assertThat(PackagesFile.parse("p.yaml", "packages: []\n").all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "packages:\n  - {name: socat, file: ../../etc/passwd}\n",
        "packages:\n  - {name: socat, file: -rf}\n",
        "packages:\n  - {name: --force, file: a.deb}\n",
        "packages:\n  - {name: 'a b', file: a.deb}\n",
        "packages:\n  - {name: socat}\n",
        "packages:\n  - {file: a.deb}\n",
        "packages:\n  - {name: socat, file: a.deb, colour: red}\n",
        "packages:\n  - socat\n",
        "packages: socat\n",
        "pakages: []\n",
        "- a\n",
        "",
        "a: [\n"
      })
  void whatIsWrongIsAFaultOfTheBundleWithItsLine(String text) {
    InvalidInput e =
        catchThrowableOfType(InvalidInput.class, () -> PackagesFile.parse("p.yaml", text));
    assertThat(e).as(text).isNotNull();
    assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_INVALID);
    assertThat(e.problems().get(0).toString()).startsWith("p.yaml");
  }
}
