package dev.rescind.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A replica among others on one log, step by step: what it says of its freshness is true of the
 * log.
 */
class ReplicaModelTest {
  private static final long BOUND_MILLIS = 2_000;
  private static final long MS = 1_000_000;
  private static final RecordCodec CODEC =
      new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k1", new byte[32]))), SomeLiftKeys.BOTH);
  private static final Barrier.Writer SELF = new Barrier.Writer("n1", "http://n1", "1", true);

  /** What can happen next. */
  enum Step {
    REVOKE,
    WRITE,
    LOSE,
    ANOTHER_WRITES,
    FORGE,
    READ_ONE,
    READ_ALL,
    PAUSE
  }

  /** One log, the replica under test, one of the same node before a restart, and the clock. */
  private static final class World {
    final Replica replica =
        new Replica(
            CODEC, StalenessBound.of(Duration.ofMillis(BOUND_MILLIS)), Replica.Start.empty(1_000));
    final Replica earlier =
        new Replica(
            CODEC, StalenessBound.of(Duration.ofMillis(BOUND_MILLIS)), Replica.Start.empty(1_000));
    final List<RecordCodec.Encoded> log = new ArrayList<>();
    final List<Long> appendedAt = new ArrayList<>();
    int read;
    long now = 5_000;

    void append(LogRecord record) {
      log.add(CODEC.encode(record));
      appendedAt.add(now);
    }

    void readOne() {
      if (read < log.size()) {
        RecordCodec.Encoded record = log.get(read);
        replica.apply(read, 0, record.key(), record.value());
        read++;
      }
    }

    void take(Step step) {
      switch (step) {
        case REVOKE -> append(new LogRecord.Revoked(revocation(log.size())));
        case WRITE ->
            append(
                new LogRecord.BarrierWritten(
                    replica.nextBarrier(SELF, NodeState.SERVING, now * MS)));
        case LOSE -> replica.nextBarrier(SELF, NodeState.SERVING, now * MS);
        case ANOTHER_WRITES ->
            append(
                new LogRecord.BarrierWritten(
                    earlier.nextBarrier(SELF, NodeState.SERVING, now * MS)));
        case FORGE -> {
          RecordCodec.Encoded own =
              CODEC.encode(
                  new LogRecord.BarrierWritten(
                      replica.nextBarrier(SELF, NodeState.SERVING, now * MS)));
          byte[] forged = own.value().clone();
          forged[forged.length - 1] ^= 1;
          log.add(new RecordCodec.Encoded(own.key(), forged));
          appendedAt.add(now);
        }
        case READ_ONE -> readOne();
        case READ_ALL -> {
          while (read < log.size()) {
            readOne();
          }
        }
        case PAUSE -> now += 700;
      }
    }
  }

  private static Revocation revocation(int n) {
    return new Revocation(
        new UUID(0, n),
        new Target.Subject("https://as.example", "s" + n),
        Cutoff.ALWAYS,
        null,
        Instant.EPOCH,
        null,
        new Revocation.Circumstances("admin", null, null, false));
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.of(Step.class).list().ofMaxSize(60);
  }

  /** S1: a replica that calls itself fresh has read all that was in the log one bound ago. */
  @Property(tries = 500)
  void aFreshReplicaHoldsAllThatWasInTheLogOneBoundAgo(@ForAll("steps") List<Step> steps) {
    World world = new World();
    for (Step step : steps) {
      world.take(step);
      if (world.replica.isFresh(world.now * MS)) {
        for (int i = world.read; i < world.log.size(); i++) {
          assertThat(world.appendedAt.get(i)).isGreaterThanOrEqualTo(world.now - BOUND_MILLIS);
        }
      }
    }
  }

  @Property(tries = 500)
  void stalenessIsTheAgeOfTheYoungestOwnBarrierThatWasRead(@ForAll("steps") List<Step> steps) {
    World world = new World();
    List<Long> ownAt = new ArrayList<>();
    for (Step step : steps) {
      if (step == Step.WRITE) {
        while (ownAt.size() < world.log.size()) {
          ownAt.add(-1L);
        }
        ownAt.add(world.now);
      }
      world.take(step);
      long youngest = ownAt.stream().limit(world.read).mapToLong(Long::longValue).max().orElse(-1);
      long age = youngest < 0 ? Long.MAX_VALUE : (world.now - youngest) * MS;
      if (steps.contains(Step.FORGE)) {
        // A barrier that is not authentic gives rise to doubt, which makes nothing younger.
        assertThat(world.replica.stalenessNanos(world.now * MS)).isGreaterThanOrEqualTo(age);
      } else {
        assertThat(world.replica.stalenessNanos(world.now * MS)).isEqualTo(age);
      }
      assertThat(world.replica.stalenessNanos((world.now + 1) * MS))
          .isGreaterThanOrEqualTo(world.replica.stalenessNanos(world.now * MS));
    }
  }

  /** Q1: nothing that was read goes uncounted. */
  @Property(tries = 200)
  void countsAddUp(@ForAll("steps") List<Step> steps) {
    World world = new World();
    steps.forEach(world::take);
    Replica.Counts counts = world.replica.counts();

    assertThat(counts.read()).isEqualTo(world.read);
    assertThat(counts.read())
        .isEqualTo(
            counts.applied()
                + counts.duplicate()
                + counts.barrier()
                + counts.tombstone()
                + counts.quarantined()
                + counts.notUnderstood()
                + counts.full());
    assertThat(world.replica.position()).isEqualTo(world.read - 1);
  }

  @Property(tries = 200)
  void onceDistrustedItIsNeverFreshAgain(
      @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
    World world = new World();
    before.forEach(world::take);
    world.replica.distrust("the log was made anew");
    for (Step step : after) {
      world.take(step);
      assertThat(world.replica.isFresh(world.now * MS)).isFalse();
      assertThat(world.replica.state(world.now * MS)).isEqualTo(NodeState.STALE);
    }
  }
}
