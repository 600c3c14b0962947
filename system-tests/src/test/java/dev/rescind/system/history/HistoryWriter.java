package dev.rescind.system.history;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a history into a directory: one JSON line an operation, for {@link HistoryChecker#check}.
 * Many threads record, one writes; who records faster than the disk takes it is made to wait. In
 * what order operations are recorded does not matter.
 */
public final class HistoryWriter implements AutoCloseable {
  private static final int MAX_WAITING = 65_536;
  private static final int BATCH = 1_024;

  private final BlockingQueue<Operation> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong ids = new AtomicLong();
  private final Path directory;
  private final Thread thread = new Thread(this::run, "history-writer");
  private volatile boolean closing;
  private volatile @Nullable IOException failed;

  /** Begins a history in a directory, which is made if it is missing; an old one is replaced. */
  public HistoryWriter(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    thread.setDaemon(true);
    thread.start();
  }

  /** The id of the next operation. */
  public long nextId() {
    return ids.incrementAndGet();
  }

  /** Takes note of an operation that is over; to be called by any thread. */
  public void record(Operation operation) {
    try {
      while (!waiting.offer(operation, 100, TimeUnit.MILLISECONDS)) {
        throwIfFailed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while recording operation", e);
    }
    throwIfFailed();
  }

  private void throwIfFailed() {
    IOException cause = failed;
    if (cause != null) {
      throw new UncheckedIOException("the history cannot be written", cause);
    }
    if (closing) {
      throw new IllegalStateException("the history is closed");
    }
  }

  private void run() {
    try (JsonGenerator facts = lines(Files.newOutputStream(HistoryFiles.facts(directory)));
        JsonGenerator introspections =
            lines(
                new GZIPOutputStream(
                    Files.newOutputStream(HistoryFiles.introspections(directory)), 1 << 16) {
                  {
                    def.setLevel(1);
                  }
                })) {
      List<Operation> batch = new ArrayList<>(BATCH);
      while (true) {
        boolean last = closing; // read before the queue: what came before it is still written
        Operation first = waiting.poll(last ? 0 : 50, TimeUnit.MILLISECONDS);
        if (first == null) {
          if (last) {
            return;
          }
          continue;
        }
        batch.add(first);
        waiting.drainTo(batch, BATCH);
        for (Operation one : batch) {
          OperationJson.write(one instanceof Operation.Introspect ? introspections : facts, one);
        }
        batch.clear();
      }
    } catch (IOException e) {
      failed = e;
    } catch (InterruptedException e) {
      failed = new IOException("interrupted", e);
    }
  }

  private static JsonGenerator lines(OutputStream out) throws IOException {
    JsonGenerator generator =
        OperationJson.FACTORY.createGenerator(
            new BufferedOutputStream(out, 1 << 16), JsonEncoding.UTF8);
    generator.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    return generator;
  }

  /** Writes what was recorded and ends; nothing may be recorded any more. */
  @Override
  public void close() throws IOException {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while closing the history", e);
    }
    IOException cause = failed;
    if (cause != null) {
      throw cause;
    }
  }
}
