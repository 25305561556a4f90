package dev.acp.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.value.NodeName;
import dev.acp.value.StageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
  private static final StageId FILES = StageId.of("files");
  private static final StageId JOIN = StageId.of("join");
  private static final Optional<NodeName> ONE = Optional.of(NodeName.of("10.0.0.1"));
  private static final Optional<NodeName> TWO = Optional.of(NodeName.of("10.0.0.2"));
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("journal.jsonl");
  }

  private Journal open(String run) throws IOException {
    return Journal.open(file(), CLOCK, run);
  }

  @Test
  void eachLineIsInTheFileBeforeTheCallReturns() throws IOException {
    try (Journal journal = open("ab12")) {
      journal.begin(FILES, ONE);
      assertThat(file())
          .hasContent(
              "{\"time\":\"2026-01-02T03:04:05Z\",\"run\":\"ab12\",\"event\":\"begin\","
                  + "\"stage\":\"files\",\"node\":\"10.0.0.1\"}");
      journal.changed(FILES, ONE.get(), "file:/etc/x");
      journal.end(FILES, ONE, "done");
      assertThat(Files.readAllLines(file()))
          .hasSize(3)
          .last()
          .asString()
          .endsWith(
              "\"event\":\"end\",\"stage\":\"files\",\"node\":\"10.0.0.1\",\"result\":\"done\"}");
    }
  }

  @Test
  void aSecondRunAddsAndNothingOfTheFirstIsLost() throws IOException {
    try (Journal journal = open("1")) {
      journal.begin(FILES, Optional.empty());
    }
    try (Journal journal = open("2")) {
      journal.begin(JOIN, Optional.empty());
    }
    assertThat(Files.readAllLines(file()))
        .hasSize(2)
        .satisfiesExactly(
            one -> assertThat(one).contains("\"run\":\"1\""),
            two -> assertThat(two).contains("\"run\":\"2\""));
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    open("1").close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aTornLastLineIsEndedSoThatTheNextOneIsWhole() throws IOException {
    try (Journal journal = open("1")) {
      journal.begin(FILES, ONE);
    }
    Files.writeString(file(), "{\"time\":\"2026", StandardOpenOption.APPEND);
    try (Journal journal = open("2")) {
      journal.begin(JOIN, TWO);
    }
    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(3);
    assertThat(JSON.readTree(lines.get(2)).path("stage").asText()).isEqualTo("join");
    assertThat(Journal.inHand(file())).containsExactly("files 10.0.0.1", "join 10.0.0.2");
  }

  @Test
  void inHandIsWhatBeganAndHasNoEnd() throws IOException {
    try (Journal journal = open("1")) {
      journal.begin(FILES, ONE);
      journal.begin(FILES, TWO);
      journal.end(FILES, ONE, "done");
      journal.begin(JOIN, Optional.empty());
    }
    assertThat(Journal.inHand(file())).containsExactly("files 10.0.0.2", "join");
    try (Journal journal = open("2")) {
      journal.begin(FILES, TWO);
      journal.end(FILES, TWO, "change-failed");
      journal.end(JOIN, Optional.empty(), "done");
    }
    assertThat(Journal.inHand(file())).isEmpty();
    assertThat(Journal.inHand(folder.resolve("none"))).isEmpty();
  }

  @Test
  void foreignLinesArePassedOver() throws IOException {
    Files.writeString(
        file(),
        "null\n[1]\n3\n\"x\"\n\nnot json\n{\"event\":\"begin\"\n{}\n{\"event\":\"begin\"}\n\u0000\n");
    try (Journal journal = open("1")) {
      journal.begin(JOIN, ONE);
    }
    assertThat(Journal.inHand(file())).containsExactly("join 10.0.0.1");
  }

  @Test
  void severalNodesAtOnceNeverMixTheirLines() throws Exception {
    try (Journal journal = open("1")) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 1; t <= 4; t++) {
        Optional<NodeName> node = Optional.of(NodeName.of("10.0.0." + t));
        threads.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    journal.begin(FILES, node);
                    journal.end(FILES, node, "done");
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    for (String line : Files.readAllLines(file())) {
      assertThat(JSON.readTree(line).path("stage").asText()).isEqualTo("files");
    }
    assertThat(Files.readAllLines(file())).hasSize(200);
    assertThat(Journal.inHand(file())).isEmpty();
  }

  @Test
  void aJournalThatCannotBeWrittenStopsBeforeAnythingIsStarted() throws IOException {
    Journal journal = open("1");
    journal.close();
    AcpException e =
        catchThrowableOfType(AcpException.class, () -> journal.begin(FILES, Optional.empty()));
    assertThat(e.fault().code()).isEqualTo(FaultCode.SPACE_SHORT);
  }

  @Test
  void aDiskThatIsNearlyFullStopsTheNextStepAndLetsTheOneInHandEnd() throws IOException {
    long[] free = {Journal.RESERVE.count()};
    try (Journal journal = Journal.open(file(), CLOCK, "1", () -> free[0])) {
      journal.begin(FILES, ONE);
      free[0]--;
      journal.changed(FILES, ONE.get(), "file:/etc/x");
      journal.end(FILES, ONE, "done");
      AcpException e =
          catchThrowableOfType(AcpException.class, () -> journal.begin(JOIN, Optional.empty()));
      assertThat(e.fault().code()).isEqualTo(FaultCode.SPACE_SHORT);
      assertThat(e.fault().what()).contains(file().toString(), "8.0 MiB");
    }
    assertThat(Files.readAllLines(file())).hasSize(3);
  }
}
