package dev.acp.archive;

import dev.acp.event.Background;
import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * Reads bytes once and gives them to several readers, each in a thread of its own, in blocks that
 * they share. A reader that ends early does not stop the others; one that throws does.
 */
public final class BlockRelay {
  /**
   * Each block that is given back wakes the thread that reads, often on the processor of a thread
   * that hashes: a quarter of this size costs a tenth of the time.
   */
  private static final int BLOCK = 1 << 20;

  /** With half as many, threads that take turns wait for each other: a tenth of the time. */
  private static final int BLOCKS = 16;

  /** How many slices a reader may hold at once without the others waiting for it. */
  public static final int MOST_HELD = BLOCKS / 2;

  /** Reads the whole stream in its own thread. */
  public interface Reader {
    void read(BlockStream in) throws IOException;
  }

  private final IntFunction<ByteBuffer> memory;
  private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
  private final List<BlockStream> streams = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** For these readers, and for one {@link #run}. What they get, they hash without a copy. */
  public BlockRelay(List<Reader> readers) {
    this(readers, ByteBuffer::allocate);
  }

  /** The same, over memory outside of Java's heap, for a channel that reads into no other. */
  public static BlockRelay direct(List<Reader> readers) {
    return new BlockRelay(readers, ByteBuffer::allocateDirect);
  }

  private BlockRelay(List<Reader> readers, IntFunction<ByteBuffer> memory) {
    this.memory = memory;
    for (Reader reader : readers) {
      BlockStream stream = new BlockStream(BLOCKS);
      streams.add(stream);
      threads.add(Background.daemon("acp-relay-" + streams.size(), () -> run(reader, stream)));
    }
  }

  private void run(Reader reader, BlockStream stream) {
    try {
      reader.read(stream);
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    } finally {
      stream.drain();
    }
  }

  /** Reads to the end, or until a reader fails or a stop is wanted; then waits for all readers. */
  public void run(ReadableByteChannel in, Progress progress, Stop stop) throws IOException {
    threads.forEach(Thread::start);
    try {
      long done = 0;
      int made = 0;
      while (failure.get() == null) {
        stop.check();
        Block block = free.poll();
        if (block == null) {
          block = made++ < BLOCKS ? new Block(memory.apply(BLOCK), free) : free.take();
        }
        int filled = fill(block.memory(), in);
        if (filled == 0) {
          break;
        }
        block.shareWith(streams.size());
        for (BlockStream stream : streams) {
          stream.put(Optional.of(block));
        }
        done += filled;
        progress.done(Bytes.of(done));
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      finish();
    }
    Throwable failed = failure.get();
    if (failed instanceof IOException io) {
      throw io;
    } else if (failed instanceof RuntimeException runtime) {
      throw runtime;
    } else if (failed instanceof Error error) {
      throw error;
    }
  }

  private static int fill(ByteBuffer block, ReadableByteChannel in) throws IOException {
    block.clear();
    while (block.hasRemaining() && in.read(block) >= 0) {
      // a channel may give less than there is room for
    }
    return block.position();
  }

  private void finish() {
    try {
      for (BlockStream stream : streams) {
        stream.put(Optional.empty());
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("acp never interrupts its threads", e);
  }
}
