package dev.rescind.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.RevocationIndex;
import dev.rescind.revocation.Target;
import dev.rescind.revocation.TargetKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F15: what is over is forgotten, and never early, whatever the clocks do. */
@Timeout(10)
class IndexSweepTest {
  private static final RecordCodec CODEC =
      new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k1", new byte[32]))), SomeLiftKeys.BOTH);
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long START = 1_800_000_000_000L;

  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
  private long offset;

  /** What time it really is; the clocks are wrong by what is beside it. */
  private long trueMillis = START;

  private long ownError;
  private long brokerError;

  private final IndexSweep sweep =
      new IndexSweep(
          replica,
          new SweepClock(replica, Duration.ofDays(1)),
          Duration.ofMinutes(10),
          () -> Instant.ofEpochMilli(trueMillis + ownError),
          () -> trueMillis * 1_000_000);

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, trueMillis + brokerError, encoded.key(), encoded.value());
  }

  private static Revocation revocation(
      String sub, @Nullable Long untilMillis, @Nullable Long expiresMillis) {
    return new Revocation(
        UUID.randomUUID(),
        new Target.Subject("https://as.example", sub),
        new Cutoff(START / SECOND),
        untilMillis == null ? null : Instant.ofEpochMilli(untilMillis),
        Instant.ofEpochMilli(START),
        expiresMillis == null ? null : Instant.ofEpochMilli(expiresMillis),
        new Revocation.Circumstances("admin", null, null, false));
  }

  private Revocation revoke(String sub, @Nullable Long untilMillis, @Nullable Long expiresMillis) {
    Revocation revocation = revocation(sub, untilMillis, expiresMillis);
    read(new LogRecord.Revoked(revocation));
    return revocation;
  }

  /** Lets time pass, in which the log's clock is read and the index swept each minute. */
  private int pass(long millis) {
    int dropped = 0;
    for (long passed = 0; passed < millis; passed += MINUTE) {
      trueMillis += MINUTE;
      replica.apply(offset++, trueMillis + brokerError, new byte[] {9}, null);
      for (int step = 0; step < RevocationIndex.PARTS; step++) {
        dropped += sweep.step();
      }
    }
    return dropped;
  }

  private boolean covers(String sub) {
    List<TargetKey> keys = new Target.Subject("https://as.example", sub).keys();
    return replica.index().covers(keys, START / SECOND, START);
  }

  @Test
  void whatIsOverIsForgottenAfterTheMargin_andNothingElse() {
    revoke("expired", null, START + HOUR);
    revoke("suspended", START + HOUR, null);
    revoke("for good", null, null);
    revoke("later", null, START + 3 * DAY);

    assertThat(pass(DAY + HOUR - 2 * MINUTE)).isZero();
    assertThat(replica.index().size()).isEqualTo(4);
    assertThat(pass(12 * MINUTE)).isEqualTo(2);
    assertThat(sweep.swept()).isEqualTo(2);
    assertThat(covers("expired")).isFalse();
    assertThat(covers("suspended")).isFalse();
    assertThat(covers("for good")).isTrue();
    assertThat(covers("later")).isTrue();
  }

  @Test
  void whatIsReadAgainIsForgottenAgain() {
    Revocation revocation = revoke("expired", null, START + HOUR);
    pass(DAY + 2 * HOUR);
    read(new LogRecord.Revoked(revocation));
    read(new LogRecord.Lifted(new Lift(revocation.id(), Instant.EPOCH, "admin")));
    pass(20 * MINUTE);
    assertThat(covers("expired")).isFalse();
  }

  @Test
  void nothingIsForgottenBeforeTheLogWasRead() {
    assertThat(sweep.step()).isZero();
    revoke("expired", null, START - 2 * DAY);
    sweep.step();
    assertThat(replica.index().size()).isZero();
  }

  @Test
  void aClockOfTheNodeThatJumpsForgetsNothingEarly() {
    for (long jump : new long[] {HOUR, 5 * MINUTE, 30 * DAY, -HOUR, -5 * MINUTE}) {
      long now = trueMillis;
      revoke("a " + jump, null, now + HOUR);
      pass(10 * MINUTE);
      ownError = jump;
      assertThat(pass(DAY + 40 * MINUTE)).as("jump %s", jump).isZero();
      ownError = 0;
      pass(DAY);
      assertThat(replica.index().size()).as("jump %s", jump).isZero();
    }
  }

  @Test
  void aClockOfTheBrokerThatJumpsForgetsNothingEarly() {
    for (long jump : new long[] {HOUR, 5 * MINUTE, 30 * DAY, -HOUR, -5 * MINUTE}) {
      revoke("a " + jump, null, trueMillis + HOUR);
      pass(10 * MINUTE);
      brokerError = jump;
      assertThat(pass(DAY + 40 * MINUTE)).as("jump %s", jump).isZero();
      brokerError = 0;
      pass(DAY);
      assertThat(replica.index().size()).as("jump %s", jump).isZero();
    }
  }

  /** Both are wrong by an hour at once, as on one machine: the margin has room for it. */
  @Test
  void twoClocksThatJumpTogetherForgetNothingThatIsNotOver() {
    revoke("a", null, START + HOUR);
    ownError = HOUR;
    brokerError = HOUR;
    assertThat(pass(DAY - 30 * MINUTE)).isZero();
    assertThat(covers("a")).isTrue();
  }

  @Test
  void afterAJumpNothingIsForgottenForAWhile() {
    Replica other =
        new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
    SweepClock clock = new SweepClock(other, Duration.ofDays(1));
    other.apply(0, START, new byte[] {9}, null);
    assertThat(clock.look(0, START)).isEqualTo(START - DAY);
    assertThat(clock.look(1_000_000_000L, START + HOUR)).isEqualTo(SweepClock.NEVER);
    assertThat(clock.look(601_000_000_000L, START + HOUR + 600 * SECOND)).isEqualTo(START - DAY);
  }
}
