package dev.rescind.platform.kafka;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.log.LogRecord;
import dev.rescind.replica.Replica;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a node's barriers: ten in each staleness bound, and one at once when asked. No more than
 * eight are under way; a log that takes longer makes the node stale, not the queue long.
 */
public final class BarrierWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BarrierWriter.class);
  private static final int MAX_UNDER_WAY = 8;

  private final Vertx vertx;
  private final Replica replica;
  private final LogWriter writer;
  private final Barrier.Writer self;
  private final Supplier<NodeState> state;
  private final AtomicInteger underWay = new AtomicInteger();
  private final DistinctErrors errors = new DistinctErrors(LOG, "writing a barrier");
  private long timer = -1;

  public BarrierWriter(
      Vertx vertx,
      Replica replica,
      LogWriter writer,
      Barrier.Writer self,
      Supplier<NodeState> state) {
    this.vertx = vertx;
    this.replica = replica;
    this.writer = writer;
    this.self = self;
    this.state = state;
    replica.addListener(
        (record, position) -> {
          if (record instanceof LogRecord.Revoked revoked
              && revoked.revocation().circumstances().confirm()
              && replica.freshness().isProven()) {
            write();
          }
        });
  }

  public void start() {
    write();
    timer = vertx.setPeriodic(replica.bound().barrierPeriodMillis(), tick -> write());
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  /** What writing fails with; null while it works. */
  public @Nullable String lastError() {
    return errors.last();
  }

  /** Writes a barrier now; returns its position, or -1 where too many are under way. */
  public Future<Long> write() {
    if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
      underWay.decrementAndGet();
      return Future.succeededFuture(-1L);
    }
    Barrier barrier = replica.nextBarrier(self, state.get(), System.nanoTime());
    return writer
        .append(new LogRecord.BarrierWritten(barrier))
        .onComplete(
            written -> {
              underWay.decrementAndGet();
              if (written.succeeded()) {
                errors.over();
              } else {
                errors.happened(written.cause());
              }
            });
  }
}
