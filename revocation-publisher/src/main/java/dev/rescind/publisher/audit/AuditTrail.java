package dev.rescind.publisher.audit;

import dev.rescind.credential.Fingerprint;
import dev.rescind.log.MacKeys;
import dev.rescind.platform.audit.AuditChain;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditFrame;
import dev.rescind.platform.audit.AuditRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends events to the audit as this publisher's chain of records. What comes while an append is
 * under way goes together with the next. After an append of which is not known whether it was
 * written, the publisher goes on as another writer: so no record is ever missing from a chain.
 */
public final class AuditTrail {
  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
  private static final int MAX_WAITING = 10_000;
  private static final long PATIENCE_MILLIS = 1_000;

  private record Waiting(AuditEvent event, CompletableFuture<Long> appended) {}

  private final Vertx vertx;
  private final Function<byte[], Future<Long>> append;
  private final MacKeys keys;
  private final Supplier<AuditChain.Head> read;
  private final InstantSource clock;
  private final LongAdder appended = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean underWay;
  private UUID writer = UUID.randomUUID();
  private long seq;
  private @Nullable Fingerprint prev;

  /**
   * @param append to the topic; gives the offset
   * @param read all that this publisher has read of the audit
   */
  public AuditTrail(
      Vertx vertx,
      Function<byte[], Future<Long>> append,
      MacKeys keys,
      Supplier<AuditChain.Head> read,
      InstantSource clock) {
    this.vertx = vertx;
    this.append = append;
    this.keys = keys;
    this.read = read;
    this.clock = clock;
  }

  /** Appends, and gives the offset; fails where it is not acknowledged in time. */
  public Future<Long> append(AuditEvent event) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.size() >= MAX_WAITING) {
        failures.increment();
        return Future.failedFuture("too many audit records are waiting");
      }
      waiting.add(new Waiting(event, done));
    }
    flush();
    return Future.fromCompletionStage(done, vertx.getOrCreateContext());
  }

  /**
   * Appends what happened already: completes when it is acknowledged, or when that is not waited
   * for any longer. Then it is counted, and said in the log, for what happened stays so.
   */
  public Future<Void> note(AuditEvent event) {
    return append(event)
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .<Void>mapEmpty()
        .otherwise(
            error -> {
              LOG.error(
                  "The audit did not take a record in time: {} {} of {}, id {}: {}",
                  event.action(),
                  event.outcome(),
                  event.text("actor"),
                  event.text("id"),
                  error.getMessage());
              return null;
            });
  }

  private void flush() {
    List<Waiting> batch = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Fingerprint last;
    synchronized (this) {
      if (underWay || waiting.isEmpty()) {
        return;
      }
      last = prev;
      AuditChain.Head head = read.get();
      while (lines.size() < AuditFrame.MAX_LINES && !waiting.isEmpty()) {
        Waiting next = waiting.remove();
        var link = new AuditRecord.Link(writer, seq + lines.size() + 1, last, head);
        try {
          String line =
              new AuditRecord(link, clock.instant().truncatedTo(ChronoUnit.MILLIS), next.event())
                  .text();
          last = Fingerprint.of(line);
          lines.add(line);
          batch.add(next);
        } catch (IllegalArgumentException e) {
          failures.increment();
          next.appended().completeExceptionally(e);
        }
      }
      if (lines.isEmpty()) {
        return;
      }
      underWay = true;
    }
    Fingerprint written = last;
    append
        .apply(AuditFrame.bytes(lines, keys))
        .onComplete(
            offset -> {
              settle(offset.succeeded(), lines.size(), written);
              for (Waiting one : batch) {
                if (offset.succeeded()) {
                  one.appended().complete(offset.result());
                } else {
                  one.appended().completeExceptionally(offset.cause());
                }
              }
              flush();
            });
  }

  private synchronized void settle(boolean acknowledged, int lines, @Nullable Fingerprint written) {
    underWay = false;
    if (acknowledged) {
      seq += lines;
      prev = written;
      appended.add(lines);
    } else {
      writer = UUID.randomUUID();
      seq = 0;
      prev = null;
      failures.add(lines);
    }
  }

  /** Records that were acknowledged. */
  public long appended() {
    return appended.sum();
  }

  /** Records that were not acknowledged; whether they were written is not known. */
  public long failures() {
    return failures.sum();
  }
}
