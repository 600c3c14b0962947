package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.replica.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClockWatchTest {
  private static final RecordCodec CODEC =
      new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k1", new byte[32]))), SomeLiftKeys.BOTH);
  private static final Barrier.Writer SELF = new Barrier.Writer("n1", "http://n1", "1", true);

  private long nowMillis = 1_700_000_000_000L;
  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(Duration.ofSeconds(60)), Replica.Start.empty(1_000));
  private final ClockWatch watch =
      new ClockWatch(replica, () -> Instant.ofEpochMilli(nowMillis), () -> nowMillis * 1_000_000);
  private long offset;

  private void readOwnBarrier(long logMillis, long afterMillis) {
    Barrier barrier = replica.nextBarrier(SELF, NodeState.SERVING, nowMillis * 1_000_000);
    RecordCodec.Encoded encoded = CODEC.encode(new LogRecord.BarrierWritten(barrier));
    nowMillis += afterMillis;
    replica.apply(offset++, logMillis, encoded.key(), encoded.value());
  }

  @Test
  void saysNothingOfWhatIsReadWhileCatchingUp() {
    replica.addListener(watch);
    readOwnBarrier(nowMillis - 3_600_000, 0);
    assertThat(watch.offsetSeconds()).isZero();
    assertThat(watch.isApart()).isFalse();
  }

  @Test
  void showsByHowMuchTheClocksAreApart() {
    replica.addListener(watch);
    readOwnBarrier(nowMillis, 0);
    readOwnBarrier(nowMillis - 6_000, 0);
    assertThat(watch.offsetSeconds()).isEqualTo(6);
    assertThat(watch.isApart()).isTrue();
    readOwnBarrier(nowMillis + 7_500, 0);
    assertThat(watch.offsetSeconds()).isEqualTo(-7.5);
    assertThat(watch.isApart()).isTrue();
    readOwnBarrier(nowMillis - 5_000, 0);
    assertThat(watch.isApart()).isFalse();
  }

  @Test
  void takesARecordThatWasReadLateForNoClockThatIsAhead() {
    replica.addListener(watch);
    readOwnBarrier(nowMillis, 0);
    readOwnBarrier(nowMillis, 20_000);
    assertThat(watch.offsetSeconds()).isZero();
    assertThat(watch.isApart()).isFalse();
  }
}
