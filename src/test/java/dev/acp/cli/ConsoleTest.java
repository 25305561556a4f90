package dev.acp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
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
