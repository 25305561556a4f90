package dev.acp.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.value.Lang;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void bothLanguagesHaveTheSameKeys() {
    assertThat(Texts.of(Lang.EN).keys()).isEqualTo(Texts.of(Lang.ZH).keys());
  }

  @Test
  void everyFaultCodeHasItsNextStepInBothLanguages() {
    for (FaultCode code : FaultCode.values()) {
      for (Lang lang : Lang.values()) {
        assertThat(Texts.of(lang).has(code.nextKey())).as(code + " " + lang).isTrue();
      }
    }
  }

  @Test
  void argumentsAreFilledInAndApostrophesStay() {
    Fault fault = Fault.of(FaultCode.HOST_KEY_CHANGED, "changed").withNext("/a/known_hosts");
    assertThat(fault.next(Lang.EN)).contains("/a/known_hosts");
    assertThat(Fault.of(FaultCode.NO_TRUSTED_KEYS, "none").next(Lang.EN)).contains("vendor's");
  }
}
