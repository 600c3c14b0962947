package dev.rescind.revocation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The index under one writer and several readers: whatever the interleaving, each answer is one
 * that it would give if operations came one after the other, none before one that had ended.
 */
@Timeout(300)
class IndexConcurrencyTest {
  private static final ModelCheckingOptions INTERLEAVINGS =
      new ModelCheckingOptions()
          .threads(3)
          .actorsPerThread(3)
          .actorsBefore(2)
          .actorsAfter(1)
          .iterations(6)
          .invocationsPerIteration(50)
          .minimizeFailedScenario(false);

  private static final StressOptions STRESS =
      new StressOptions()
          .threads(3)
          .actorsPerThread(4)
          .actorsBefore(2)
          .actorsAfter(1)
          .iterations(20)
          .invocationsPerIteration(1_000);

  /** One target is about to be a crowded one, and its part about to grow. */
  public static class OneWriter {
    private static final Target[] TARGETS = {
      new Target.Issuer("https://as.example"), new Target.Issuer("https://other.example")
    };
    private static final List<List<TargetKey>> KEYS = List.of(TARGETS[0].keys(), TARGETS[1].keys());

    private final RevocationIndex index = new RevocationIndex(1_000);

    public OneWriter() {
      for (int i = 0; i < FactTable.LIGHT; i++) {
        index.apply(revocation(0, 100 + i, 0));
      }
    }

    /** A third of the facts is over, one ends between the times asked for, one has no end. */
    private static Revocation revocation(int target, int id, int cutoff) {
      long[] ends = {3, 11, Long.MAX_VALUE};
      long until = ends[id % 3];
      return new Revocation(
          new UUID(0, id),
          TARGETS[target],
          new Cutoff(cutoff),
          until == Long.MAX_VALUE ? null : Instant.ofEpochMilli(until),
          Instant.EPOCH,
          null,
          new Revocation.Circumstances("admin", null, null, false));
    }

    @Operation(nonParallelGroup = "writer")
    public RevocationIndex.Applied revoke(
        @Param(gen = IntGen.class, conf = "0:1") int target,
        @Param(gen = IntGen.class, conf = "0:5") int id) {
      return index.apply(revocation(target, id, 1 + id % 2));
    }

    @Operation(nonParallelGroup = "writer")
    public RevocationIndex.Applied lift(@Param(gen = IntGen.class, conf = "0:5") int id) {
      return index.apply(new Lift(new UUID(0, id), Instant.EPOCH, "admin"));
    }

    @Operation(nonParallelGroup = "writer")
    public int sweep(
        @Param(gen = IntGen.class, conf = "0:1") int target,
        @Param(gen = IntGen.class, conf = "0:9") int beforeMillis) {
      return index.sweep(beforeMillis, RevocationIndex.part(KEYS.get(target).get(0)));
    }

    @Operation
    public boolean covers(
        @Param(gen = IntGen.class, conf = "0:1") int target,
        @Param(gen = IntGen.class, conf = "1:2") int iat,
        @Param(gen = IntGen.class, conf = "10:12") int nowMillis) {
      return index.covers(KEYS.get(target), (long) iat, nowMillis);
    }
  }

  @Test
  void eachAnswerIsOneOfSomeOrder_inInterleavingsOfSteps() {
    INTERLEAVINGS.check(OneWriter.class);
  }

  @Test
  void eachAnswerIsOneOfSomeOrder_underStress() {
    STRESS.check(OneWriter.class);
  }

  /** A table as the index has them, but for one thing: it shows a fact before it is whole. */
  public static class ShownTooSoon {
    private final AtomicIntegerArray slots = new AtomicIntegerArray(8);
    private final long[] cutoffs = new long[8];
    private int count;

    @Operation(nonParallelGroup = "writer")
    public void revoke(@Param(gen = IntGen.class, conf = "0:3") int cutoff) {
      if (count < cutoffs.length) {
        slots.set(count, count + 1);
        cutoffs[count++] = cutoff;
      }
    }

    /** The cutoffs, and so the payloads, that a reader sees. */
    @Operation
    public long sum() {
      long sum = 0;
      for (int i = 0; i < slots.length() && slots.get(i) != 0; i++) {
        sum += 10 + cutoffs[slots.get(i) - 1];
      }
      return sum;
    }
  }

  @Test
  void aFactThatIsShownBeforeItIsWholeIsFound() {
    assertThatThrownBy(() -> INTERLEAVINGS.check(ShownTooSoon.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  /** A table that is swept in place: for a moment it holds less than it must. */
  public static class SweptInPlace {
    private volatile boolean overThere;
    private volatile boolean inForceThere;

    @Operation(nonParallelGroup = "writer")
    public void revoke() {
      overThere = true;
      inForceThere = true;
    }

    @Operation(nonParallelGroup = "writer")
    public boolean sweep() {
      boolean inForce = inForceThere;
      boolean dropped = overThere;
      inForceThere = false;
      overThere = false;
      inForceThere = inForce;
      return dropped;
    }

    @Operation
    public boolean covers() {
      return inForceThere;
    }
  }

  @Test
  void aSweepThatHidesAFactForAMomentIsFound() {
    assertThatThrownBy(() -> INTERLEAVINGS.check(SweptInPlace.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
