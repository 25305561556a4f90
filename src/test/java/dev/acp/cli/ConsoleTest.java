package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private static Lang lang(String... environment) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      map.put(environment[i], environment[i + 1]);
    }
    PrintWriter nothing = new PrintWriter(new StringWriter());
    return new Console(nothing, nothing, map).lang();
  }

  @Test
  void theLanguageIsThatOfTheFirstVariableThatSaysSomething() {
    assertThat(lang()).isEqualTo(Lang.EN);
    assertThat(lang("LANG", "zh_CN.UTF-8")).isEqualTo(Lang.ZH);
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_ALL", "C.UTF-8")).isEqualTo(Lang.EN);
    // POSIX: an empty variable is as one that is not set
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_ALL", "", "LC_MESSAGES", "")).isEqualTo(Lang.ZH);
    assertThat(lang("LANG", "zh_CN.UTF-8", "LC_MESSAGES", "en_US.UTF-8")).isEqualTo(Lang.EN);
    // the launcher replaces LC_ALL where Java cannot use it
    assertThat(lang("ACP_LANG", "zh_CN", "LC_ALL", "C.UTF-8")).isEqualTo(Lang.ZH);
  }

  @Test
  void aFaultCannotSteerTheTerminal() {
    StringWriter err = new StringWriter();
    Console console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), Map.of());
    int exit =
        console.failed(
            AcpException.on(
                NodeName.of("10.0.0.11"),
                FaultCode.CHANGE_FAILED,
                "The node said \u001b[2J\u009b2J.",
                List.of("evidence \u001b[1A\u202e")));
    console.flush();
    assertThat(exit).isEqualTo(5);
    assertThat(err.toString())
        .startsWith(
            "acp: 10.0.0.11: The node said ?[2J?2J." + System.lineSeparator() + "  evidence ?[1A?")
        .contains("Next: ");
  }
}
