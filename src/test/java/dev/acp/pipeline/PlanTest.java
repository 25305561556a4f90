package dev.acp.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static List<String> part(String from, String until) {
    return World.plan()
        .part(Optional.ofNullable(from), Optional.ofNullable(until))
        .stages()
        .stream()
        .map(s -> s.id().text())
        .toList();
  }

  private static AcpException refused(String from, String until) {
    AcpException e = catchThrowableOfType(AcpException.class, () -> part(from, until));
    assertThat(e.fault().code()).isEqualTo(FaultCode.USAGE);
    return e;
  }

  @Test
  void aPartGoesFromOneStageToAnotherBothIncluded() {
    assertThat(part(null, null)).containsExactly("look", "files", "pieces", "first", "join");
    assertThat(part("pieces", null)).containsExactly("pieces", "first", "join");
    assertThat(part(null, "files")).containsExactly("look", "files");
    assertThat(part("files", "first")).containsExactly("files", "pieces", "first");
    assertThat(part("first", "first")).containsExactly("first");
  }

  @Test
  void anUnknownStageIsRefusedWithTheNamesOfThoseThereAre() {
    assertThat(refused("fil", null).fault().what())
        .isEqualTo("There is no stage fil; the stages are look, files, pieces, first, join.");
    assertThat(refused(null, "").fault().what()).startsWith("There is no stage ;");
  }

  @Test
  void aPartThatEndsBeforeItBeginsIsRefused() {
    assertThat(refused("join", "files").fault().what())
        .isEqualTo("--from join comes after --until files.");
  }
}
