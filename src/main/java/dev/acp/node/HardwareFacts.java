package dev.acp.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Processor, block devices and graphics cards.
 *
 * @param mhz the clock rate that the processor is sold with; its highest where that is not told
 * @param armPart implementer and part of an ARM processor, such as 0x48 0xd01; empty on x86
 * @param governors the cores' frequency governors, each once; empty where the machine shows none
 * @param blocks the device under a path
 * @param xfsFtype what xfs_info says of the file system that holds containerd's folder
 * @param gpus PCI paths of NVIDIA's graphics cards
 */
public record HardwareFacts(
    Fact<Integer> mhz,
    Fact<Optional<String>> armPart,
    Fact<List<String>> governors,
    Map<String, Fact<Block>> blocks,
    Fact<String> xfsFtype,
    Fact<List<String>> gpus) {
  /**
   * The device that holds a path.
   *
   * @param spins empty where the kernel does not tell, as for overlays and network file systems
   */
  public record Block(String device, Optional<Boolean> spins) {
    public boolean isDevice() {
      return device.startsWith("/dev/");
    }
  }
}
