package dev.acp.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketRandomTest {
  private final PacketRandom random = new PacketRandom();

  @Test
  void fillsWhatWasAskedForAndNothingElse() {
    byte[] bytes = new byte[64];
    random.fill(bytes, 16, 32);
    assertThat(Arrays.copyOf(bytes, 16)).containsOnly(0);
    assertThat(Arrays.copyOfRange(bytes, 48, 64)).containsOnly(0);
    assertThat(Arrays.copyOfRange(bytes, 16, 32)).isNotEqualTo(new byte[16]);
    assertThat(Arrays.copyOfRange(bytes, 32, 48)).isNotEqualTo(new byte[16]);
  }

  @Test
  void moreThanIsReadAheadIsRandomToItsEnd() {
    byte[] bytes = new byte[40_000];
    random.fill(bytes);
    Set<String> pieces = new HashSet<>();
    for (int at = 0; at < bytes.length; at += 16) {
      pieces.add(Arrays.toString(Arrays.copyOfRange(bytes, at, at + 16)));
    }
    assertThat(pieces).hasSize(bytes.length / 16).doesNotContain(Arrays.toString(new byte[16]));
  }

  /** 12 bytes fit no whole number of times into what is read ahead. */
  @Test
  void nothingIsGivenTwice() {
    Set<String> given = new HashSet<>();
    PacketRandom other = new PacketRandom();
    for (int i = 0; i < 5000; i++) {
      for (PacketRandom each : new PacketRandom[] {random, other}) {
        byte[] padding = new byte[12];
        each.fill(padding);
        assertThat(given.add(Arrays.toString(padding))).isTrue();
      }
    }
  }
}
