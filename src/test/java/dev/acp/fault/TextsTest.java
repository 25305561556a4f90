package dev.acp.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.value.Lang;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TextsTest {
  /** Of commands the English sentence stands in the command itself; HelpTest looks at those. */
  private static Set<String> keys(Lang lang) {
    Set<String> keys = new TreeSet<>(Texts.of(lang).keys());
    if (lang == Lang.ZH) {
      keys.removeIf(key -> key.startsWith("command."));
    }
    return keys;
  }

  @Test
  void bothLanguagesHaveTheSameKeys() {
    assertThat(keys(Lang.EN)).isEqualTo(keys(Lang.ZH));
  }

  @Test
  void bothLanguagesHaveTheSamePlaceholders() {
    Pattern placeholder = Pattern.compile("\\{[0-9]+}");
    for (String key : keys(Lang.EN)) {
      Set<String> english = placeholders(placeholder, Texts.of(Lang.EN).get(key));
      assertThat(placeholders(placeholder, Texts.of(Lang.ZH).get(key))).as(key).isEqualTo(english);
    }
  }

  private static Set<String> placeholders(Pattern pattern, String text) {
    return new TreeSet<>(pattern.matcher(text).results().map(MatchResult::group).toList());
  }

  @Test
  void everyTextIsThereAndChineseIsChinese() {
    for (String key : Texts.of(Lang.ZH).keys()) {
      assertThat(Texts.of(Lang.ZH).get(key)).as(key).containsPattern("\\p{IsHan}");
    }
    for (String key : keys(Lang.EN)) {
      assertThat(Texts.of(Lang.EN).get(key))
          .as(key)
          .isNotBlank()
          .doesNotContainPattern("\\p{IsHan}");
    }
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
