package dev.acp.bundle;

import dev.acp.event.Progress;
import dev.acp.event.Stop;
import dev.acp.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads a stream once and gives it to several readers, each in a thread of its own, in blocks that
 * they share. A reader that ends early does not stop the others; one that fails with abort does.
 */
final class FileRelay {
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 8;

  /** Reads the whole stream in its own thread. */
  interface Reader {
    void read(BlockStream in) throws IOException;
  }

  /** A block and how many readers still need it. */
  static final class Block {
    final byte[] data;
    int length;
    private final AtomicInteger users = new AtomicInteger();

    Block(int size) {
      this.data = new byte[size];
    }
  }

  private static final Block END = new Block(0);

  private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
  private final List<BlockStream> streams = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  FileRelay(List<Reader> readers) {
    for (int i = 0; i < BLOCKS; i++) {
      free.add(new Block(BLOCK));
    }
    for (Reader reader : readers) {
      BlockStream stream = new BlockStream(free);
      streams.add(stream);
      Thread thread = new Thread(() -> run(reader, stream), "acp-relay-" + streams.size());
      thread.setDaemon(true);
      threads.add(thread);
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
  void run(InputStream in, Progress progress, Stop stop) throws IOException {
    threads.forEach(Thread::start);
    try {
      long done = 0;
      while (failure.get() == null) {
        stop.check();
        Block block = free.take();
        block.length = in.readNBytes(block.data, 0, BLOCK);
        if (block.length == 0) {
          break;
        }
        block.users.set(streams.size());
        for (BlockStream stream : streams) {
          stream.queue.put(block);
        }
        done += block.length;
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

  private void finish() {
    try {
      for (BlockStream stream : streams) {
        stream.queue.put(END);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("acp never interrupts its threads", e);
  }

  /** One reader's view: block by block without copying, or as an ordinary stream. */
  static final class BlockStream extends InputStream {
    private final BlockingQueue<Block> queue = new ArrayBlockingQueue<>(BLOCKS + 1);
    private final BlockingQueue<Block> free;
    private Block current = END;
    private int at;
    private boolean ended;

    private BlockStream(BlockingQueue<Block> free) {
      this.free = free;
    }

    /** Gives the block before back and waits for the next; false at the end. */
    private boolean advance() {
      if (ended) {
        return false;
      }
      if (current != END && current.users.decrementAndGet() == 0) {
        free.add(current);
      }
      try {
        current = queue.take();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      at = 0;
      ended = current == END;
      return !ended;
    }

    private void drain() {
      while (advance()) {
        // only to give the blocks back
      }
    }

    /** Hands over every block; the consumer must not keep it. */
    void forEach(java.util.function.BiConsumer<byte[], Integer> consumer) {
      while (advance()) {
        consumer.accept(current.data, current.length);
      }
    }

    @Override
    public int read() {
      if (at >= current.length && !advance()) {
        return -1;
      }
      return current.data[at++] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (at >= current.length && !advance()) {
        return -1;
      }
      int n = Math.min(length, current.length - at);
      System.arraycopy(current.data, at, buffer, offset, n);
      at += n;
      return n;
    }
  }
}
