package dev.rescind.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.Quarantine;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final long MS = 1_000_000;
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final RecordCodec CODEC = new RecordCodec(KEYS, SomeLiftKeys.BOTH);
  private static final Barrier.Writer SELF = new Barrier.Writer("n1", "http://n1", "1", true);

  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
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
        new RecordCodec(
                new MacKeys(List.of(new MacKeys.Key("k2", new byte[32]))), SomeLiftKeys.BOTH)
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
    Replica before =
        new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
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

  /** S10: never dropped in silence. */
  @Test
  void aFactThatTheIndexHasNoRoomForMakesItStaleForGood() {
    read(new LogRecord.BarrierWritten(write(1_000)));
    for (int i = 0; i <= 1_000; i++) {
      assertThat(replica.isFresh(1_000 * MS)).isTrue();
      read(new LogRecord.Revoked(revocation()));
    }
    read(new LogRecord.BarrierWritten(write(1_100)));

    assertThat(replica.state(1_100 * MS)).isEqualTo(NodeState.STALE);
    assertThat(replica.distrusted()).startsWith("the index is full").contains("position 1001");
    assertThat(replica.counts().full()).isOne();
    assertThat(replica.index().size()).isEqualTo(1_000);
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
    assertThat(replica.counts()).isEqualTo(new Replica.Counts(6, 1, 1, 1, 1, 2, 0, 0));
    assertThat(replica.state(1_000 * MS)).isEqualTo(NodeState.SERVING);
    assertThat(replica.position()).isEqualTo(5);
  }

  private void readLift(UUID revocation, LiftKeys by) {
    RecordCodec.Encoded encoded =
        new RecordCodec(KEYS, by)
            .encode(new LogRecord.Lifted(new Lift(revocation, Instant.EPOCH, "admin")));
    replica.apply(offset++, 0, encoded.key(), encoded.value());
  }

  private boolean isRevoked(Revocation revocation) {
    return replica.index().covers(revocation.target().keys(), null, 0);
  }

  @Test
  void aLiftCountsOnlyWithASignatureOfAPublisher() {
    read(new LogRecord.BarrierWritten(write(1_000)));
    Revocation revocation = revocation();
    read(new LogRecord.Revoked(revocation));
    readLift(revocation.id(), SomeLiftKeys.FORGER);
    readLift(revocation.id(), SomeLiftKeys.STRANGER);
    assertThat(isRevoked(revocation)).isTrue();
    assertThat(replica.quarantined(Quarantine.LIFT_FORGED)).isEqualTo(1);
    assertThat(replica.quarantined(Quarantine.LIFT_KEY_UNKNOWN)).isEqualTo(1);
    assertThat(replica.counts().quarantined()).isEqualTo(2);
    assertThat(replica.state(1_000 * MS)).isEqualTo(NodeState.SERVING);

    readLift(revocation.id(), SomeLiftKeys.BOTH);
    assertThat(isRevoked(revocation)).isFalse();
  }

  @Test
  void aLiftOfWhatIsLiftedIsADuplicate_whoeverSignedIt() {
    Revocation revocation = revocation();
    read(new LogRecord.Revoked(revocation));
    readLift(revocation.id(), SomeLiftKeys.BOTH);
    readLift(revocation.id(), SomeLiftKeys.BOTH);
    readLift(revocation.id(), SomeLiftKeys.FORGER);
    assertThat(replica.counts()).isEqualTo(new Replica.Counts(4, 2, 2, 0, 0, 0, 0, 0));
  }

  @Test
  void tellsItsListenersWhatItPassesOver_andWhere() {
    List<String> told = new ArrayList<>();
    replica.addListener(
        new Replica.Listener() {
          @Override
          public void applied(LogRecord record, long position) {
            told.add("applied " + position);
          }

          @Override
          public void quarantined(Quarantine cause, long position) {
            told.add(cause.wireName() + " " + position);
          }
        });
    replica.apply(offset++, 0, null, null);
    readLift(UUID.randomUUID(), SomeLiftKeys.FORGER);
    readLift(UUID.randomUUID(), SomeLiftKeys.BOTH);
    assertThat(told).containsExactly("key 0", "lift_forged 1", "applied 2");
  }

  /** However many are forged, reading on is not held up by more than the first two hundred. */
  @Test
  void putsLiftsOffAfterManyForgedOnes_andComesToThemBarrierByBarrier() {
    Revocation revocation = revocation();
    read(new LogRecord.Revoked(revocation));
    for (int i = 0; i < LiftChecks.BURST + 11; i++) {
      readLift(new UUID(1, i), SomeLiftKeys.FORGER);
    }
    readLift(revocation.id(), SomeLiftKeys.BOTH);
    assertThat(replica.quarantined(Quarantine.LIFT_FORGED)).isEqualTo(LiftChecks.BURST);
    assertThat(replica.postponedLifts()).isEqualTo(12);
    assertThat(isRevoked(revocation)).isTrue();

    for (int i = 0; i < 3; i++) {
      read(new LogRecord.BarrierWritten(write(1_000)));
    }
    assertThat(isRevoked(revocation)).isFalse();
    assertThat(replica.postponedLifts()).isZero();
    assertThat(replica.quarantined(Quarantine.LIFT_FORGED)).isEqualTo(LiftChecks.BURST + 11);
    Replica.Counts counts = replica.counts();
    assertThat(counts.read()).isEqualTo(counts.applied() + counts.barrier() + counts.quarantined());
    assertThat(replica.state(1_000 * MS)).isEqualTo(NodeState.SERVING);
  }

  @Test
  void isStaleWhileItIsSuspended_andServesAgainByANewBarrierAlone() {
    read(new LogRecord.BarrierWritten(write(1_000)));
    Barrier underWay = write(1_100);
    replica.suspend("the topic can lose facts");
    assertThat(replica.state(1_100 * MS)).isEqualTo(NodeState.STALE);
    assertThat(replica.isSound()).isFalse();
    assertThat(replica.doubt()).isEqualTo("the topic can lose facts");
    read(new LogRecord.BarrierWritten(write(1_200)));
    assertThat(replica.state(1_200 * MS)).isEqualTo(NodeState.STALE);

    replica.resume();
    read(new LogRecord.BarrierWritten(underWay));
    assertThat(replica.state(1_300 * MS)).isEqualTo(NodeState.STALE);
    read(new LogRecord.BarrierWritten(write(1_300)));
    assertThat(replica.state(1_300 * MS)).isEqualTo(NodeState.SERVING);
    assertThat(replica.isSound()).isTrue();
  }

  @Test
  void isSoundHoweverOld_butNotBeforeItsFirstProof_norWithAPeerWhoseKeyItDoesNotHave() {
    assertThat(replica.isSound()).isFalse();
    read(new LogRecord.BarrierWritten(write(1_000)));
    assertThat(replica.state(9_000 * MS)).isEqualTo(NodeState.STALE);
    assertThat(replica.isSound()).isTrue();
    for (int i = 0; i < 5; i++) {
      Barrier barrier = write(9_000);
      readForeignBarrier();
      read(new LogRecord.BarrierWritten(barrier));
    }
    assertThat(replica.isSound()).isFalse();
  }
}
