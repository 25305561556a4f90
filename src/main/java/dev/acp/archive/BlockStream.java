package dev.acp.archive;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * One reader's view of a stream that a {@link BlockRelay} reads: in blocks or slices without
 * copying, or as an ordinary stream. For one thread.
 */
public final class BlockStream extends InputStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final BlockingQueue<Optional<Block>> queue;
  private Optional<Block> current = Optional.empty();
  private ByteBuffer rest = NOTHING;
  private boolean ended;

  BlockStream(int blocks) {
    this.queue = new ArrayBlockingQueue<>(blocks + 1);
  }

  /** By the relay: the next block, or that there is none. */
  void put(Optional<Block> block) throws InterruptedException {
    queue.put(block);
  }

  /** Gives the block before back and waits for the next; false at the end. */
  private boolean advance() {
    current.ifPresent(Block::release);
    current = Optional.empty();
    rest = NOTHING;
    if (ended) {
      return false;
    }
    try {
      current = queue.take();
    } catch (InterruptedException e) {
      throw BlockRelay.interrupted(e);
    }
    ended = current.isEmpty();
    current.ifPresent(block -> rest = block.content());
    return !ended;
  }

  /** Reads to the end, to give the blocks back. */
  void drain() {
    while (advance()) {
      // only to give the blocks back
    }
  }

  /** Hands over everything, block by block; the consumer must not keep what it gets. */
  public void forEach(Consumer<ByteBuffer> consumer) {
    while (rest.hasRemaining() || advance()) {
      consumer.accept(rest);
      rest = NOTHING;
    }
  }

  /** The next bytes without passing them: fewer than wanted if the stream has no more. */
  byte[] peek(int most) {
    if (!rest.hasRemaining()) {
      advance();
    }
    // the relay fills every block but the last
    byte[] first = new byte[Math.min(most, rest.remaining())];
    rest.duplicate().get(first);
    return first;
  }

  /** The next bytes, at least one and at most so many, to be released; empty at the end. */
  public Optional<Slice> slice(long most) {
    if (!rest.hasRemaining() && !advance()) {
      return Optional.empty();
    }
    int length = (int) Math.min(most, rest.remaining());
    ByteBuffer bytes = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    return current.map(block -> new Slice(block, bytes).retain());
  }

  @Override
  public int read() {
    return rest.hasRemaining() || advance() ? rest.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!rest.hasRemaining() && !advance()) {
      return -1;
    }
    int n = Math.min(length, rest.remaining());
    rest.get(buffer, offset, n);
    return n;
  }
}
