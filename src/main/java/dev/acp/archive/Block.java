package dev.acp.archive;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of memory that several readers share. It lies outside of Java's heap, so that the kernel
 * reads into it and writes from it without a copy; the last reader to let go gives it back.
 */
final class Block {
  private final ByteBuffer memory;
  private final BlockingQueue<Block> free;
  private final AtomicInteger users = new AtomicInteger();

  /**
   * @param size in bytes
   * @param free where it goes when nobody needs it; must have room for it
   */
  Block(int size, BlockingQueue<Block> free) {
    this.memory = ByteBuffer.allocateDirect(size);
    this.free = free;
  }

  /** The memory to fill; only while nobody uses the block. */
  ByteBuffer memory() {
    return memory;
  }

  /** A view of what was filled in, with a position of its own. */
  ByteBuffer content() {
    return memory.asReadOnlyBuffer().flip();
  }

  void shareWith(int readers) {
    users.set(readers);
  }

  void retain() {
    users.incrementAndGet();
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      free.add(this);
    }
  }
}
