package dev.acp.archive;

import java.nio.ByteBuffer;

/**
 * Some bytes of a stream, in memory that others share. Whoever got or retained it releases it,
 * once, and touches it no more; bytes may be looked at by several threads at once.
 */
public final class Slice {
  private final Block block;
  private final ByteBuffer bytes;

  Slice(Block block, ByteBuffer bytes) {
    this.block = block;
    this.bytes = bytes;
  }

  /** The bytes, not to be written to, in a view with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  public int length() {
    return bytes.remaining();
  }

  /** For one more user, who will release it too. */
  public Slice retain() {
    block.retain();
    return this;
  }

  public void release() {
    block.release();
  }
}
