package dev.rescind.publisher.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LiftKeys;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OverwrittenTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final KeyPair PAIR = pair();
  private static final RecordCodec CODEC = new RecordCodec(KEYS, liftKeys(PAIR));

  /** Of a node: it has all keys but the private one. */
  private static final RecordCodec FORGER = new RecordCodec(KEYS, liftKeys(pair()));

  private static final long NOW = 1_800_000_000_000L;
  private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

  private final RevocationRegister register = new RevocationRegister();
  private final AtomicInteger found = new AtomicInteger();
  private final Overwritten overwritten =
      new Overwritten(
          register,
          () -> NOW,
          lift -> CODEC.verify(lift) instanceof RecordCodec.Decoded.Read,
          found::incrementAndGet);
  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
  private long offset;

  private static LiftKeys liftKeys(KeyPair signing) {
    return new LiftKeys(
        List.of(new LiftKeys.Verification("lift-1", PAIR.getPublic())),
        new LiftKeys.Signing("lift-1", signing.getPrivate()));
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void listen() {
    replica.addListener(register);
    replica.addListener(overwritten);
  }

  private static LogRecord revocation(UUID id, String sub, @Nullable Long expires) {
    return new LogRecord.Revoked(
        new Revocation(
            id,
            new Target.Subject("https://as.example", sub),
            Cutoff.ALWAYS,
            null,
            Instant.ofEpochMilli(NOW - 10_000),
            expires == null ? null : Instant.ofEpochMilli(expires),
            new Revocation.Circumstances("admin", null, null, false)));
  }

  private static LogRecord lift(UUID id) {
    return new LogRecord.Lifted(new Lift(id, Instant.ofEpochMilli(NOW - 5_000), "admin"));
  }

  private static LogRecord repeatable(UUID id, long expires) {
    Revocation one = ((LogRecord.Revoked) revocation(id, "a", expires)).revocation();
    return new LogRecord.Revoked(
        new Revocation(
            id,
            one.target(),
            one.cutoff(),
            null,
            one.acceptedAt(),
            one.expires(),
            new Revocation.Circumstances("admin", null, Fingerprint.of("a request"), false)));
  }

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, NOW, encoded.key(), encoded.value());
  }

  private void readUnderItsKey(LogRecord record, byte @Nullable [] value) {
    replica.apply(offset++, NOW, RecordCodec.keyOf(record), value);
  }

  @Test
  void aFactThatIsErasedOrWrittenOverIsMissing_untilItIsReadAgain() {
    LogRecord fact = revocation(ID, "a", null);
    for (byte[] value : new byte[][] {null, new byte[0], new byte[] {1}, new byte[200]}) {
      read(fact);
      assertThat(overwritten.missing()).isEmpty();
      readUnderItsKey(fact, value);
      assertThat(overwritten.missing().values()).containsExactly(fact);
    }
    assertThat(found).hasValue(4);
    read(fact);
    assertThat(overwritten.missing()).isEmpty();
  }

  @Test
  void soIsALift() {
    read(revocation(ID, "a", null));
    read(lift(ID));
    readUnderItsKey(lift(ID), null);
    assertThat(overwritten.missing().values()).containsExactly(lift(ID));
    read(lift(ID));
    assertThat(overwritten.missing()).isEmpty();
  }

  /** It would end nothing, and be what compaction leaves of the true one. */
  @Test
  void aForgedLiftInTheTrueOnesPlaceIsGarbage_andTheTrueOneAgainIsNot() {
    read(revocation(ID, "a", null));
    read(lift(ID));
    read(lift(ID));
    assertThat(overwritten.missing()).isEmpty();
    readUnderItsKey(lift(ID), FORGER.encode(lift(ID)).value());
    assertThat(overwritten.missing().values()).containsExactly(lift(ID));
    read(lift(ID));
    assertThat(overwritten.missing()).isEmpty();
  }

  @Test
  void ofLiftsAFewASecondAreVerified_andTheOthersAppendedAgain() {
    AtomicLong nanos = new AtomicLong();
    SignedLifts signed = new SignedLifts(CODEC, nanos::get);
    RecordCodec.Encoded encoded = CODEC.encode(lift(ID));
    var claimed = (RecordCodec.Decoded.Claimed) CODEC.decode(encoded.key(), encoded.value());
    for (int i = 0; i < SignedLifts.MAX_EACH_SECOND; i++) {
      assertThat(signed.test(claimed)).isTrue();
    }
    assertThat(signed.test(claimed)).isFalse();
    nanos.addAndGet(1_000_000_000);
    assertThat(signed.test(claimed)).isTrue();
  }

  /** Every node has the key that authenticates barriers, and so could write this. */
  @Test
  void anAuthenticRecordUnderAnothersKeyIsGarbage() {
    LogRecord fact = revocation(ID, "a", null);
    read(fact);
    for (LogRecord other :
        List.of(
            revocation(ID, "somebody else", null),
            revocation(UUID.randomUUID(), "a", null),
            new LogRecord.BarrierWritten(
                new Barrier(
                    new Barrier.Writer("n", "http://n", "1", true),
                    UUID.randomUUID(),
                    1,
                    0,
                    new Barrier.Status(NodeState.SERVING, 0))))) {
      readUnderItsKey(fact, valueUnder(RecordCodec.keyOf(fact), other));
      assertThat(overwritten.missing().values()).containsExactly(fact);
      read(fact);
      assertThat(overwritten.missing()).isEmpty();
    }
  }

  /** The record's payload, authentic under whatever key. */
  private static byte[] valueUnder(byte[] key, LogRecord record) {
    byte[] value = CODEC.encode(record).value();
    byte[] body = Arrays.copyOf(value, value.length - MacKeys.TAG_BYTES);
    byte[] tag = KEYS.tag("rescind.revocations", key, body);
    System.arraycopy(tag, 0, value, body.length, tag.length);
    return value;
  }

  @Test
  void whatIsOverMayBeErased_andIsForgotten() {
    LogRecord fact = revocation(ID, "a", NOW - 1);
    read(fact);
    read(lift(ID));
    readUnderItsKey(lift(ID), null);
    readUnderItsKey(fact, null);

    assertThat(overwritten.missing()).isEmpty();
    assertThat(register.find(ID)).isEmpty();
    assertThat(register.lift(ID)).isEmpty();
    assertThat(found).hasValue(0);
  }

  /** Nodes keep lifted ids for good: one that can be made again must not be taken for a new one. */
  @Test
  void theLiftOfWhatCanBeMadeAgainUnderItsIdIsKeptForGood() {
    read(repeatable(ID, NOW - 1));
    read(lift(ID));
    readUnderItsKey(lift(ID), null);
    assertThat(overwritten.missing().values()).containsExactly(lift(ID));
    read(lift(ID));
    readUnderItsKey(repeatable(ID, NOW - 1), null);
    assertThat(register.find(ID)).isEmpty();
    readUnderItsKey(lift(ID), null);
    assertThat(overwritten.missing().values()).containsExactly(lift(ID));
    assertThat(register.lift(ID)).isPresent();
  }

  @Test
  void whatIsOverAndWrittenOverIsLeftToTheSweep() {
    LogRecord fact = revocation(ID, "a", NOW - 1);
    read(fact);
    readUnderItsKey(fact, new byte[50]);

    assertThat(overwritten.missing()).isEmpty();
    assertThat(register.find(ID)).isPresent();
  }

  @Test
  void whatIsNotOverYetMayNotBeErased() {
    LogRecord fact = revocation(ID, "a", NOW);
    read(fact);
    readUnderItsKey(fact, null);
    assertThat(overwritten.missing().values()).containsExactly(fact);
    assertThat(register.find(ID)).isPresent();
  }

  /** A lift ends all that was taken under its id: it goes with the last of them. */
  @Test
  void ofTwoFactsOfOneIdEachIsKept_andTheLiftAsLongAsEither() {
    LogRecord first = revocation(ID, "a", NOW - 1);
    LogRecord second = revocation(ID, "b", null);
    read(first);
    read(second);
    read(second);
    read(lift(ID));

    readUnderItsKey(lift(ID), null);
    assertThat(overwritten.missing().values()).containsExactly(lift(ID));
    readUnderItsKey(first, null);
    assertThat(register.facts(ID)).hasSize(1);
    assertThat(register.find(ID).orElseThrow().revocation())
        .isEqualTo(((LogRecord.Revoked) second).revocation());
    readUnderItsKey(second, null);
    assertThat(overwritten.missing().values()).containsExactlyInAnyOrder(lift(ID), second);
  }

  @Test
  void whatConcernsNothingKnownIsNoMatter() {
    read(revocation(ID, "a", null));
    readUnderItsKey(revocation(UUID.randomUUID(), "a", null), null);
    readUnderItsKey(lift(ID), null);
    replica.apply(offset++, NOW, new byte[] {3, 'n'}, null);
    replica.apply(offset++, NOW, new byte[] {1}, new byte[3]);
    replica.apply(offset++, NOW, null, new byte[3]);
    assertThat(overwritten.missing()).isEmpty();
    assertThat(found).hasValue(0);
  }

  @Test
  void theRegisterSaysWhatIsOver() {
    read(revocation(ID, "a", NOW - 1));
    UUID kept = UUID.randomUUID();
    read(revocation(kept, "b", null));
    assertThat(register.over(NOW, 10)).containsExactly(ID);
    assertThat(register.over(NOW, 0)).isEmpty();
    assertThat(register.over(NOW - 1, 10)).isEmpty();
    read(revocation(ID, "c", null));
    assertThat(register.over(NOW, 10)).isEmpty();
  }
}
