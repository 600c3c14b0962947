package dev.rescind.replica;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.Freshness;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.Quarantine;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.RecordCodec.Decoded;
import dev.rescind.revocation.RevocationIndex;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A node's own view of the log. One thread applies, in the log's order; many read. Times are
 * monotonic nanoseconds, passed in.
 */
public final class Replica {

  /** Told of what was read, after it was applied, by the one writer. */
  public interface Listener {
    /** Of every record that was understood. */
    void applied(LogRecord record, long position);

    /** Of every record, whatever it turned out to be, before {@link #applied}. */
    default void read(byte @Nullable [] key, RecordCodec.Decoded decoded, long position) {}

    /** Of every record that is passed over. */
    default void quarantined(Quarantine cause, long position) {}
  }

  /**
   * What became of the records: {@code read = applied + duplicate + barrier + tombstone +
   * quarantined + notUnderstood + full}, and the lifts that are put off.
   */
  public record Counts(
      long read,
      long applied,
      long duplicate,
      long barrier,
      long tombstone,
      long quarantined,
      long notUnderstood,
      long full) {}

  /**
   * What a view begins with.
   *
   * @param position up to which the index holds the log, or -1
   * @param logTimeMillis of the record there; {@link Long#MIN_VALUE} where there is none
   */
  public record Start(RevocationIndex index, long position, long logTimeMillis) {
    public static Start empty(int maxFacts) {
      return new Start(new RevocationIndex(maxFacts), -1, Long.MIN_VALUE);
    }
  }

  /**
   * So many barriers of this node in a row, before each of which somebody's barrier was not
   * authentic, mean a peer whose key this node does not have: then it cannot read that peer's facts
   * either. Fewer are anybody's noise.
   */
  private static final int MAX_DOUBTS = 5;

  private final RecordCodec codec;
  private final StalenessBound bound;
  private final RevocationIndex index;
  private final Freshness freshness = new Freshness(UUID.randomUUID());
  private final LiftChecks lifts;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private final LongAdder read = new LongAdder();
  private final LongAdder applied = new LongAdder();
  private final LongAdder duplicate = new LongAdder();
  private final LongAdder barrier = new LongAdder();
  private final LongAdder tombstone = new LongAdder();
  private final Map<Quarantine, LongAdder> quarantined = new EnumMap<>(Quarantine.class);
  private final LongAdder notUnderstood = new LongAdder();
  private final LongAdder full = new LongAdder();

  private volatile long position;
  private volatile long logTimeMillis;
  private volatile @Nullable String distrusted;
  private volatile @Nullable String suspended;
  private volatile boolean everProven;

  /** Until the first barrier comes back without such a one before it, nothing is proven. */
  private volatile int doubts = MAX_DOUBTS;

  /** Whether a barrier that is not authentic was read since this node's last one. */
  private volatile boolean sawForeignBarrier;

  public Replica(RecordCodec codec, StalenessBound bound, Start start) {
    this.codec = codec;
    this.bound = bound;
    this.index = start.index();
    this.position = start.position();
    this.logTimeMillis = start.logTimeMillis();
    this.lifts = new LiftChecks(codec, index::isLifted);
    for (Quarantine cause : Quarantine.values()) {
      quarantined.put(cause, new LongAdder());
    }
  }

  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  public RevocationIndex index() {
    return index;
  }

  public Freshness freshness() {
    return freshness;
  }

  public StalenessBound bound() {
    return bound;
  }

  /**
   * What time it was by the log when its latest record was written, in milliseconds since the
   * epoch; {@link Long#MIN_VALUE} before the first. With {@code LogAppendTime} it is the broker's
   * clock, which is not this node's.
   */
  public long logTimeMillis() {
    return logTimeMillis;
  }

  /**
   * The earlier of two clocks, the node's own and the log's: what is over by it is over by both. So
   * a node whose clock jumps ends nothing early.
   *
   * @param ownMillis the node's own time, in milliseconds since the epoch
   */
  public long earlierMillis(long ownMillis) {
    return Math.min(ownMillis, logTimeMillis);
  }

  /** The later of two clocks, the node's own and the log's: by it nothing was issued in future. */
  public Instant later(Instant own) {
    Instant log = Instant.ofEpochMilli(Math.max(0, logTimeMillis));
    return own.isBefore(log) ? log : own;
  }

  /** The position up to which the log was applied, or -1. */
  public long position() {
    return position;
  }

  /**
   * Applies the next record of the log, whatever its bytes. To be called by the one writer only.
   *
   * @param timestampMillis the record's, as the log has it
   */
  public void apply(
      long offset, long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
    read.increment();
    logTimeMillis = timestampMillis;
    Decoded decoded = codec.decode(key, value);
    if (decoded instanceof Decoded.Claimed lift) {
      decoded = lifts.check(offset, lift);
    }
    LogRecord record = decoded == null ? null : settle(offset, decoded);
    sawForeignBarrier |= decoded instanceof Decoded.Quarantined && RecordCodec.isOfBarrier(key);
    position = offset;
    for (Listener listener : listeners) {
      if (decoded != null) {
        listener.read(key, decoded, offset);
      }
      if (record != null) {
        listener.applied(record, offset);
      }
    }
    // Only now may the barrier prove anything: the record before it has been applied and seen.
    if (record instanceof LogRecord.BarrierWritten written
        && written.barrier().incarnation().equals(freshness.incarnation())) {
      doubts = sawForeignBarrier ? Math.min(MAX_DOUBTS, doubts + 1) : 0;
      sawForeignBarrier = false;
      if (distrusted == null && suspended == null && doubts < MAX_DOUBTS) {
        everProven |= freshness.readBack(written.barrier());
      }
      lifts.atBarrier(this::settleLate);
    }
  }

  /** Counts and applies what a record turned out to be; returns it where it was understood. */
  private @Nullable LogRecord settle(long offset, Decoded decoded) {
    if (decoded instanceof Decoded.Read understood) {
      applyUnderstood(understood.record(), offset);
      return understood.record();
    }
    if (decoded instanceof Decoded.Tombstone) {
      tombstone.increment();
    } else if (decoded instanceof Decoded.Claimed) {
      duplicate.increment();
    } else if (decoded instanceof Decoded.NotUnderstood unknown) {
      notUnderstood.increment();
      distrust(
          "a record of version %d and kind %d at position %d is not understood: upgrade this node"
              .formatted(unknown.version(), unknown.kind(), offset));
    } else if (decoded instanceof Decoded.Quarantined over) {
      count(over.cause()).increment();
      for (Listener listener : listeners) {
        listener.quarantined(over.cause(), offset);
      }
    }
    return null;
  }

  private void settleLate(long offset, Decoded decoded) {
    LogRecord record = settle(offset, decoded);
    if (record != null) {
      tell(record, offset);
    }
  }

  private void tell(LogRecord record, long offset) {
    for (Listener listener : listeners) {
      listener.applied(record, offset);
    }
  }

  private LongAdder count(Quarantine cause) {
    return Objects.requireNonNull(quarantined.get(cause));
  }

  private void applyUnderstood(LogRecord record, long offset) {
    if (record instanceof LogRecord.BarrierWritten) {
      barrier.increment();
      return;
    }
    RevocationIndex.Applied result =
        record instanceof LogRecord.Revoked revoked
            ? index.apply(revoked.revocation())
            : index.apply(((LogRecord.Lifted) record).lift());
    switch (result) {
      case CHANGED -> applied.increment();
      case DUPLICATE -> duplicate.increment();
      case FULL -> {
        full.increment();
        distrust(
            "the index is full: the fact at position %d is one more than index.max_facts"
                .formatted(offset));
      }
    }
  }

  /**
   * Says for good that this view cannot be trusted: nothing proves freshness again in this process.
   */
  public void distrust(String cause) {
    if (distrusted == null) {
      distrusted = cause;
    }
    freshness.distrust();
  }

  /** Why this view cannot be trusted for good; null while it can. */
  public @Nullable String distrusted() {
    return distrusted;
  }

  /** Says that this view cannot be trusted until {@link #resume}, and then by a new barrier. */
  public void suspend(String cause) {
    suspended = cause;
    freshness.distrust();
  }

  public void resume() {
    suspended = null;
  }

  /** Why this view cannot be trusted for now; null while it can. */
  public @Nullable String suspended() {
    return suspended;
  }

  /** Why this view proves nothing now; null where nothing but time stands in the way. */
  public @Nullable String doubt() {
    if (distrusted != null) {
      return distrusted;
    }
    if (suspended != null) {
      return suspended;
    }
    return sawForeignBarrier && doubts >= MAX_DOUBTS
        ? "a peer signs with a key that this node does not have: see log_keys.mac_keys"
        : null;
  }

  /** How old the last proof is; {@link Long#MAX_VALUE} where there is none, or none counts. */
  public long stalenessNanos(long nowNanos) {
    // A distrust may come between the reading of a barrier and its being taken for a proof.
    return distrusted != null || suspended != null
        ? Long.MAX_VALUE
        : freshness.stalenessNanos(nowNanos);
  }

  /**
   * Whether the last proof counts, however old: nothing but time may make this view other than what
   * was acknowledged.
   */
  public boolean isSound() {
    return distrusted == null && suspended == null && doubts < MAX_DOUBTS && freshness.isProven();
  }

  /** Whether this view holds all that was acknowledged until one bound ago. */
  public boolean isFresh(long nowNanos) {
    return stalenessNanos(nowNanos) <= bound.nanos();
  }

  /** The state that this view alone would put a node in. */
  public NodeState state(long nowNanos) {
    if (isFresh(nowNanos)) {
      return NodeState.SERVING;
    }
    return everProven || distrusted != null || suspended != null
        ? NodeState.STALE
        : NodeState.CATCHING_UP;
  }

  /** The next barrier of this node, to be sent at once. */
  public Barrier nextBarrier(Barrier.Writer writer, NodeState state, long nowNanos) {
    long staleness = stalenessNanos(nowNanos);
    return new Barrier(
        writer,
        freshness.incarnation(),
        freshness.writing(nowNanos),
        position,
        new Barrier.Status(state, staleness == Long.MAX_VALUE ? -1 : staleness / 1_000_000));
  }

  public Counts counts() {
    return new Counts(
        read.sum(),
        applied.sum(),
        duplicate.sum(),
        barrier.sum(),
        tombstone.sum(),
        quarantined.values().stream().mapToLong(LongAdder::sum).sum(),
        notUnderstood.sum(),
        full.sum());
  }

  /** How many records were passed over for that cause. */
  public long quarantined(Quarantine cause) {
    return count(cause).sum();
  }

  /** How many lifts are put off, because too many were forged. */
  public int postponedLifts() {
    return lifts.waiting();
  }
}
