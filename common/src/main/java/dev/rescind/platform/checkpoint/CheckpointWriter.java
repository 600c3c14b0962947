package dev.rescind.platform.checkpoint;

import dev.rescind.replica.Replica;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a replica's checkpoint every so often, on a thread of its own, and once more when it is
 * closed. A disk that does not take it is told of, and nothing else: the log is all that is needed.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);
  private static final long CLOSE_MILLIS = 30_000;

  private final CheckpointFile file;
  private final UUID topic;
  private final Replica replica;
  private final Duration interval;
  private final Thread thread = new Thread(this::run, "rescind-checkpoint");
  private final LongAdder written = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private long last;
  private boolean failing;
  private boolean closing;

  /**
   * @param topic the id of the topic that the replica reads
   */
  public CheckpointWriter(CheckpointFile file, UUID topic, Replica replica, Duration interval) {
    this.file = file;
    this.topic = topic;
    this.replica = replica;
    this.interval = interval;
    this.last = replica.position();
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  public long written() {
    return written.sum();
  }

  public long failures() {
    return failures.sum();
  }

  private void run() {
    try {
      while (waited()) {
        write();
      }
      write();
    } catch (InterruptedException e) {
      LOG.info("Interrupted before the last checkpoint was written");
    }
  }

  /** Waits for an interval; false as soon as this is being closed. */
  private synchronized boolean waited() throws InterruptedException {
    long end = System.nanoTime() + interval.toNanos();
    for (long left = interval.toMillis();
        left > 0 && !closing;
        left = (end - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    return !closing;
  }

  private void write() {
    long position = replica.position();
    if (position < 0 || position == last || replica.distrusted() != null) {
      return;
    }
    try {
      long began = System.nanoTime();
      file.write(topic, replica);
      last = position;
      written.increment();
      failing = false;
      LOG.debug(
          "Wrote the checkpoint up to position {} in {} ms",
          position,
          (System.nanoTime() - began) / 1_000_000);
    } catch (IOException | RuntimeException e) {
      failures.increment();
      if (!failing) {
        failing = true;
        LOG.warn(
            "The checkpoint {} was not written, which makes starts slower: {}", file.path(), e);
      }
    }
  }

  /** Writes once more, with what the replica then holds; returns within half a minute. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("The last checkpoint was not written in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
