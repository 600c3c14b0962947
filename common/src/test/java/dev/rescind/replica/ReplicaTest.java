package dev.rescind.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final long MS = 1_000_000;
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final RecordCodec CODEC = new RecordCodec(KEYS);
  private static final Barrier.Writer SELF = new Barrier.Writer("n1", "http://n1", "1", true);

  private final Replica replica = new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT));
  private long offset;

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, 0, encoded.key(), encoded.value());
  }

  private Barrier write(long nowMillis) {
    return replica.nextBarrier(SELF, NodeState.CATCHING_UP, nowMillis * MS);
  }

  private static Revocation revocation() {
    return new Revocation(
        UUID.randomUUID(),
        new Target.Issuer("https://as.example"),
        Cutoff.ALWAYS,
        null,
        Instant.EPOCH,
        null,
        new Revocation.Circumstances("admin", null, null, false));
  }

  @Test
  void hasTwoClocks_ofWhichTheLogsIsThatOfTheLatestRecord() {
    assertThat(replica.earlierMillis(5_000)).isEqualTo(Long.MIN_VALUE);
    assertThat(replica.later(Instant.ofEpochMilli(5_000))).isEqualTo(Instant.ofEpochMilli(5_000));
    RecordCodec.Encoded encoded = CODEC.encode(new LogRecord.Revoked(revocation()));
    replica.apply(offset++, 9_000, encoded.key(), encoded.value());
    replica.apply(offset++, 7_000, encoded.key(), encoded.value());

    assertThat(replica.earlierMillis(5_000)).isEqualTo(5_000);
    assertThat(replica.earlierMillis(8_000)).isEqualTo(7_000);
    assertThat(replica.later(Instant.ofEpochMilli(5_000))).isEqualTo(Instant.ofEpochMilli(7_000));
    assertThat(replica.later(Instant.ofEpochMilli(8_000))).isEqualTo(Instant.ofEpochMilli(8_000));
  }

  @Test
  void isCatchingUpUntilItsOwnBarrierComesBack() {
    assertThat(replica.state(0)).isEqualTo(NodeState.CATCHING_UP);
    Barrier barrier = write(1_000);
    read(new LogRecord.Revoked(revocation()));
    assertThat(replica.state(1_001 * MS)).isEqualTo(NodeState.CATCHING_UP);
    read(new LogRecord.BarrierWritten(barrier));
    assertThat(replica.state(1_001 * MS)).isEqualTo(NodeState.SERVING);
  }

  /** Reads a barrier of a peer that signs with a key that this node does not have. */
  private void readForeignBarrier() {
    RecordCodec.Encoded encoded =
        new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k2", new byte[32]))))
            .encode(
                new LogRecord.BarrierWritten(
                    new Barrier(
                        new Barrier.Writer("n2", "http://n2", "1", true),
                        UUID.randomUUID(),
                        1,
                        offset,
                        new Barrier.Status(NodeState.SERVING, 0))));
    replica.apply(offset++, 0, encoded.key(), encoded.value());
  }

  @Test
  void doesNotServe_whileAPeerSignsWithAKeyThatItDoesNotHave() {
    for (long now = 1_000; now < 10_000; now += 200) {
      Barrier barrier = write(now);
      readForeignBarrier();
      assertThat(replica.doubt()).contains("log_keys.mac_keys");
      read(new LogRecord.BarrierWritten(barrier));
      assertThat(replica.state(now * MS)).isEqualTo(NodeState.CATCHING_UP);
    }
    read(new LogRecord.BarrierWritten(write(10_000)));
    assertThat(replica.state(10_000 * MS)).isEqualTo(NodeState.SERVING);
    assertThat(replica.doubt()).isNull();
  }

  @Test
  void goesStaleWhenAPeerBeginsToSignWithAKeyThatItDoesNotHave() {
    read(new LogRecord.BarrierWritten(write(1_000)));
    for (long now = 1_200; now <= 4_000; now += 200) {
      Barrier barrier = write(now);
      readForeignBarrier();
      read(new LogRecord.BarrierWritten(barrier));
    }
    assertThat(replica.state(4_000 * MS)).isEqualTo(NodeState.STALE);
  }

  @Test
  void aForgedBarrierNowAndThenIsNoNews() {
    for (long now = 1_000; now < 20_000; now += 200) {
      Barrier barrier = write(now);
      if (now % 1_000 == 200) {
        readForeignBarrier();
      }
      read(new LogRecord.BarrierWritten(barrier));
      assertThat(replica.state(now * MS)).isEqualTo(NodeState.SERVING);
    }
  }

  @Test
  void stalenessCountsFromWhenTheBarrierWasWritten_notFromWhenItCameBack() {
    Barrier barrier = write(1_000);
    read(new LogRecord.BarrierWritten(barrier));
    assertThat(replica.stalenessNanos(2_500 * MS)).isEqualTo(1_500 * MS);
    assertThat(replica.state(3_000 * MS)).isEqualTo(NodeState.SERVING);
    assertThat(replica.state(3_001 * MS)).isEqualTo(NodeState.STALE);
  }

  @Test
  void recoversByALaterBarrier_andAnOlderOneThatComesLateDoesNotSetItBack() {
    Barrier first = write(1_000);
    Barrier second = write(5_000);
    read(new LogRecord.BarrierWritten(second));
    read(new LogRecord.BarrierWritten(first));
    assertThat(replica.stalenessNanos(5_100 * MS)).isEqualTo(100 * MS);
  }

  @Test
  void anothersBarrierAndAnEarlierSelfsProveNothing() {
    Replica before = new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT));
    read(new LogRecord.BarrierWritten(before.nextBarrier(SELF, NodeState.SERVING, 0)));
    assertThat(replica.state(1)).isEqualTo(NodeState.CATCHING_UP);
  }

  @Test
  void aBarrierReadTwiceProvesOnce() {
    Barrier barrier = write(1_000);
    read(new LogRecord.BarrierWritten(barrier));
    read(new LogRecord.BarrierWritten(barrier));
    assertThat(replica.stalenessNanos(1_500 * MS)).isEqualTo(500 * MS);
  }

  @Test
  void whatIsNotUnderstoodMakesItStaleForGood() {
    read(new LogRecord.BarrierWritten(write(1_000)));
    byte[] key = {9};
    byte[] body = {1, 9, 0};
    byte[] tag = KEYS.tag("rescind.revocations", key, body);
    replica.apply(
        offset++, 0, key, ByteBuffer.allocate(body.length + tag.length).put(body).put(tag).array());
    read(new LogRecord.BarrierWritten(write(1_100)));
    assertThat(replica.state(1_100 * MS)).isEqualTo(NodeState.STALE);
    assertThat(replica.distrusted()).contains("kind 9");
  }

  /** Distrust may come from another thread, in the middle of a barrier being taken for a proof. */
  @Test
  void aProofThatIsBeingTakenWhileItIsDistrustedDoesNotCount() {
    replica.distrust("the log was made anew");
    replica.freshness().readBack(write(1_000));

    assertThat(replica.isFresh(1_000 * MS)).isFalse();
    assertThat(replica.stalenessNanos(1_000 * MS)).isEqualTo(Long.MAX_VALUE);
    assertThat(replica.state(1_000 * MS)).isEqualTo(NodeState.STALE);
  }

  @Test
  void whatIsNotAuthenticIsCountedAndPassedOver() {
    replica.apply(offset++, 0, new byte[] {1}, new byte[64]);
    replica.apply(offset++, 0, null, null);
    replica.apply(offset++, 0, new byte[] {1}, null);
    Revocation revocation = revocation();
    read(new LogRecord.Revoked(revocation));
    read(new LogRecord.Revoked(revocation));
    read(new LogRecord.BarrierWritten(write(1_000)));
    assertThat(replica.counts()).isEqualTo(new Replica.Counts(6, 1, 1, 1, 1, 2, 0));
    assertThat(replica.state(1_000 * MS)).isEqualTo(NodeState.SERVING);
    assertThat(replica.position()).isEqualTo(5);
  }
}
