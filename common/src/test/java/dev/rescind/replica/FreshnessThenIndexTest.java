package dev.rescind.replica;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.rescind.revocation.TargetKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rule 4: who asks for freshness first and for the index then sees every fact that was applied
 * before the barrier that proved the freshness. Who asks the other way round does not, and that is
 * found.
 */
@Timeout(300)
class FreshnessThenIndexTest {
  private static final ModelCheckingOptions INTERLEAVINGS =
      new ModelCheckingOptions()
          .threads(2)
          .actorsPerThread(3)
          .actorsBefore(0)
          .actorsAfter(0)
          .iterations(4)
          .invocationsPerIteration(60)
          .minimizeFailedScenario(false);

  private static final StressOptions STRESS =
      new StressOptions()
          .threads(3)
          .actorsPerThread(4)
          .actorsBefore(0)
          .actorsAfter(0)
          .iterations(20)
          .invocationsPerIteration(1_000);

  enum Answer {
    ACTIVE,
    INACTIVE,
    NOT_SURE
  }

  /** A replica whose one writer reads facts, and barriers that were written just before. */
  public abstract static class World {
    private static final long SECOND = 1_000_000_000;
    private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
    private static final RecordCodec CODEC = new RecordCodec(KEYS, SomeLiftKeys.BOTH);
    private static final Barrier.Writer SELF = new Barrier.Writer("n1", "http://n1", "1", true);
    private static final Target TARGET = new Target.Issuer("https://as.example");

    private static final List<TargetKey> CREDENTIAL = TARGET.keys();

    final Replica replica =
        new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
    private long offset;

    private void read(LogRecord record) {
      RecordCodec.Encoded encoded = CODEC.encode(record);
      replica.apply(offset++, 0, encoded.key(), encoded.value());
    }

    @Operation(nonParallelGroup = "writer")
    public void readFact() {
      read(
          new LogRecord.Revoked(
              new Revocation(
                  new UUID(0, 1),
                  TARGET,
                  Cutoff.ALWAYS,
                  null,
                  Instant.EPOCH,
                  null,
                  new Revocation.Circumstances("admin", null, null, false))));
    }

    @Operation(nonParallelGroup = "writer")
    public void readBarrier() {
      read(new LogRecord.BarrierWritten(replica.nextBarrier(SELF, NodeState.SERVING, SECOND)));
    }

    boolean isFresh() {
      return replica.isFresh(2 * SECOND);
    }

    boolean isCovered() {
      return replica.index().covers(CREDENTIAL, 0L, 0);
    }

    static Answer answer(boolean fresh, boolean covered) {
      return fresh ? covered ? Answer.INACTIVE : Answer.ACTIVE : Answer.NOT_SURE;
    }
  }

  /** Asks as a decision does. */
  public static class FreshnessThenIndex extends World {
    @Operation
    public Answer decide() {
      boolean fresh = isFresh();
      return answer(fresh, isCovered());
    }
  }

  /** Asks the wrong way round. */
  public static class IndexThenFreshness extends World {
    @Operation
    public Answer decide() {
      boolean covered = isCovered();
      return answer(isFresh(), covered);
    }
  }

  @Test
  void whoIsFreshSeesWhatTheBarrierProves_inInterleavingsOfSteps() {
    INTERLEAVINGS.check(FreshnessThenIndex.class);
  }

  @Test
  void whoIsFreshSeesWhatTheBarrierProves_underStress() {
    STRESS.check(FreshnessThenIndex.class);
  }

  @Test
  void askingForTheIndexFirstIsFoundOut() {
    assertThatThrownBy(() -> INTERLEAVINGS.check(IndexThenFreshness.class))
        .isInstanceOf(LincheckAssertionError.class);
  }
}
