package dev.rescind.platform.checkpoint;

import dev.rescind.credential.Sha256;
import dev.rescind.platform.checkpoint.CheckpointFile.DoubtException;
import dev.rescind.revocation.RevocationIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts a checkpoint's blocks back into an index, each after its digest was found right, on as many
 * threads as there are processors.
 */
final class BlockReader {
  private static final int MAX_THREADS = 4;

  private final FileChannel file;
  private final Footer footer;
  private final RevocationIndex index;
  private final AtomicInteger next = new AtomicInteger();

  BlockReader(FileChannel file, Footer footer, RevocationIndex index) {
    this.file = file;
    this.footer = footer;
    this.index = index;
  }

  void run() throws IOException, DoubtException {
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, task -> new Thread(task, "rescind-checkpoint-read"));
    try {
      List<Callable<Void>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        shares.add(this::readBlocks);
      }
      for (Future<Void> share : pool.invokeAll(shares)) {
        share.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DoubtException doubt) {
        throw doubt;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private Void readBlocks() throws IOException, DoubtException {
    MessageDigest sha256 = Sha256.digest();
    ByteBuffer bytes = ByteBuffer.allocate(0);
    long[] words = {};
    for (int block = next.getAndIncrement();
        block < Footer.BLOCKS;
        block = next.getAndIncrement()) {
      int length = footer.bytes(block);
      if (bytes.capacity() < length) {
        bytes = ByteBuffer.allocate(length + length / 8).order(ByteOrder.LITTLE_ENDIAN);
        words = new long[bytes.capacity() / Long.BYTES];
      }
      bytes.clear().limit(length);
      CheckpointFile.readAll(file, bytes, footer.offset(block));
      sha256.update(bytes.array(), 0, length);
      if (!footer.isDigest(block, sha256.digest())) {
        throw new DoubtException("it was changed");
      }
      bytes.asLongBuffer().get(words, 0, length / Long.BYTES);
      putBack(block, words, footer.counts()[block]);
    }
    return null;
  }

  private void putBack(int block, long[] words, int entries) throws DoubtException {
    try {
      if (block < Footer.LIFTS) {
        index.putBack(block, words, entries);
        return;
      }
    } catch (IllegalArgumentException e) {
      throw new DoubtException(String.valueOf(e.getMessage()));
    }
    for (int entry = 0; entry < entries; entry++) {
      int at = entry * Footer.LIFT_WORDS;
      index.putBack(new UUID(words[at], words[at + 1]));
    }
  }
}
