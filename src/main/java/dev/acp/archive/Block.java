package dev.acp.archive;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A piece of memory that several readers share; the last one to let go gives it back. */
final class Block {
  private final ByteBuffer memory;
  private final BlockingQueue<Block> free;
  private final AtomicInteger users = new AtomicInteger();

  /**
   * @param memory all of it
   * @param free where it goes when nobody needs it; must have room for it
   */
  Block(ByteBuffer memory, BlockingQueue<Block> free) {
    this.memory = memory;
    this.free = free;
  }

  /** The memory to fill; only while nobody uses the block. */
  ByteBuffer memory() {
    return memory;
  }

  /**
   * A view of what was filled in, with a position of its own. Nobody writes to it; it is not a
   * read-only one, of which a digest would have to make a copy.
   */
  ByteBuffer content() {
    return memory.duplicate().flip();
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
