package dev.acp.cluster;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Refusals;

/** The reader of cluster files, and of YAML, against any bytes. */
class ClusterFileFuzzTest {
  @FuzzTest
  void aFileIsReadOrRefused(byte[] content) {
    Refusals.of(() -> ClusterFile.read("fuzzed", content), FaultCode.CLUSTER_FILE_INVALID);
  }
}
