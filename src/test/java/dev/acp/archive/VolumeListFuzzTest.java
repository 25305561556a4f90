package dev.acp.archive;

import static dev.acp.fault.Refusals.require;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;
import java.nio.charset.StandardCharsets;

/** The reader of a list of volumes, against any bytes. */
class VolumeListFuzzTest {
  @FuzzTest
  void whatIsTakenLeadsNowhereElse(byte[] content) {
    Refusals.of(() -> VolumeList.parse(content, "p.tar.parts"), FaultCode.ARCHIVE_REFUSED)
        .ifPresent(
            list -> {
              require(list.name().equals("p.tar"), "another name");
              require(!list.parts().isEmpty() && list.parts().size() <= 999, "too many parts");
              for (int i = 0; i < list.parts().size(); i++) {
                VolumeList.Part part = list.parts().get(i);
                require(part.name().equals(VolumeList.partName("p.tar", i + 1)), part.name());
                require(part.size() > 0, "a part of no size");
              }
              long sum = list.parts().stream().mapToLong(VolumeList.Part::size).sum();
              require(sum == list.size(), "the sum is another");
              byte[] again = list.text().getBytes(StandardCharsets.UTF_8);
              require(
                  VolumeList.parse(again, "p.tar.parts").equals(list),
                  "written and read again it is another");
            });
  }
}
