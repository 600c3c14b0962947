package dev.rescind.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.log.RecordCodec.Decoded;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecordCodecPropertiesTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final RecordCodec CODEC = new RecordCodec(KEYS, SomeLiftKeys.BOTH);

  @Provide
  Arbitrary<LogRecord> records() {
    return LogArbitraries.records();
  }

  private static byte[] authentic(byte[] key, byte[] body) {
    byte[] tag = KEYS.tag("rescind.revocations", key, body);
    return ByteBuffer.allocate(body.length + tag.length).put(body).put(tag).array();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void anyRecordIsReadAsItWasWritten(@ForAll("records") LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);

    assertThat(SomeLiftKeys.read(CODEC, encoded)).isEqualTo(new Decoded.Read(record));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void anyBitFlippedInKeyOrValueIsQuarantined(
      @ForAll("records") LogRecord record, @ForAll @IntRange(min = 0, max = 1 << 16) int which) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    byte[] key = encoded.key().clone();
    byte[] value = encoded.value().clone();
    int bit = which % ((key.length + value.length) * 8);
    byte[] flipped = bit / 8 < key.length ? key : value;
    flipped[bit / 8 < key.length ? bit / 8 : bit / 8 - key.length] ^= (byte) (1 << bit % 8);

    assertThat(CODEC.decode(key, value)).isInstanceOf(Decoded.Quarantined.class);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void anyTruncationAndAnyMoreIsQuarantined(@ForAll("records") LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    byte[] key = encoded.key();
    byte[] value = encoded.value();

    for (int length = 0; length < value.length; length++) {
      assertThat(CODEC.decode(key, Arrays.copyOf(value, length)))
          .isInstanceOf(Decoded.Quarantined.class);
      assertThat(CODEC.decode(key, Arrays.copyOfRange(value, value.length - length, value.length)))
          .isInstanceOf(Decoded.Quarantined.class);
    }
    assertThat(CODEC.decode(key, Arrays.copyOf(value, value.length + 1)))
        .isInstanceOf(Decoded.Quarantined.class);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void oneRecordsValueUnderAnothersKeyIsQuarantined(
      @ForAll("records") LogRecord one, @ForAll("records") LogRecord other) {
    byte[] key = CODEC.encode(one).key();
    RecordCodec.Encoded encoded = CODEC.encode(other);

    if (!Arrays.equals(key, encoded.key())) {
      assertThat(CODEC.decode(key, encoded.value())).isInstanceOf(Decoded.Quarantined.class);
    }
  }

  /** What a holder of the key wrote is read or not understood, never thrown away, but for lifts. */
  @Property
  void anyAuthenticBytesAreReadOrNotUnderstood(
      @ForAll @Size(min = 1, max = 40) byte[] key, @ForAll @Size(min = 2, max = 300) byte[] body) {
    Decoded decoded = CODEC.decode(key, authentic(key, body));
    if (body[0] == 1 && body[1] == 2) {
      assertThat(decoded).isInstanceOf(Decoded.Quarantined.class);
    } else {
      assertThat(decoded).isInstanceOfAny(Decoded.Read.class, Decoded.NotUnderstood.class);
    }
  }

  @Provide
  Arbitrary<LogRecord> lifts() {
    return LogArbitraries.lifts().map(LogRecord.Lifted::new);
  }

  private static Decoded ofBody(byte[] key, byte[] body) {
    return SomeLiftKeys.read(CODEC, new RecordCodec.Encoded(key, authentic(key, body)));
  }

  private static byte[] bodyOf(RecordCodec.Encoded encoded) {
    return Arrays.copyOf(encoded.value(), encoded.value().length - MacKeys.TAG_BYTES);
  }

  /** A node holds the MAC key: whatever it makes of a lift, it is none. */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void anyBitFlippedInALiftIsQuarantined_thoughItsMacIsGood(
      @ForAll("lifts") LogRecord record, @ForAll @IntRange(min = 0, max = 1 << 16) int which) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    byte[] key = encoded.key().clone();
    byte[] body = bodyOf(encoded);
    int bit = which % ((key.length - 1 + body.length - 2) * 8);
    byte[] flipped = bit / 8 < key.length - 1 ? key : body;
    int at = bit / 8 < key.length - 1 ? 1 + bit / 8 : 2 + bit / 8 - (key.length - 1);
    flipped[at] ^= (byte) (1 << bit % 8);

    assertThat(ofBody(key, body)).isInstanceOf(Decoded.Quarantined.class);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aLiftThatWasCutOrGoesOnIsQuarantined_thoughItsMacIsGood(
      @ForAll("lifts") LogRecord record, @ForAll @IntRange(min = 1, max = 90) int by) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    byte[] body = bodyOf(encoded);

    assertThat(ofBody(encoded.key(), Arrays.copyOf(body, Math.max(2, body.length - by))))
        .isInstanceOf(Decoded.Quarantined.class);
    assertThat(ofBody(encoded.key(), Arrays.copyOf(body, body.length + by)))
        .isInstanceOf(Decoded.Quarantined.class);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void oneLiftsSignatureIsNotAnothers(
      @ForAll("lifts") LogRecord one, @ForAll("lifts") LogRecord other) {
    byte[] ones = bodyOf(CODEC.encode(one));
    byte[] others = bodyOf(CODEC.encode(other));
    System.arraycopy(ones, ones.length - 68, others, others.length - 68, 68);

    if (!one.equals(other)) {
      assertThat(ofBody(CODEC.encode(other).key(), others))
          .isEqualTo(new Decoded.Quarantined(Quarantine.LIFT_FORGED));
    }
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void aLiftIsReadByWhoHasThePublicKey_andSignedByAPublisherAlone(
      @ForAll("lifts") LogRecord record) {
    RecordCodec node = new RecordCodec(KEYS, SomeLiftKeys.PUBLIC);

    assertThat(SomeLiftKeys.read(node, CODEC.encode(record))).isEqualTo(new Decoded.Read(record));
    assertThatThrownBy(() -> node.encode(record)).isInstanceOf(IllegalStateException.class);
    assertThat(SomeLiftKeys.read(node, new RecordCodec(KEYS, SomeLiftKeys.FORGER).encode(record)))
        .isEqualTo(new Decoded.Quarantined(Quarantine.LIFT_FORGED));
    assertThat(SomeLiftKeys.read(node, new RecordCodec(KEYS, SomeLiftKeys.STRANGER).encode(record)))
        .isEqualTo(new Decoded.Quarantined(Quarantine.LIFT_KEY_UNKNOWN));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anAuthenticRecordThatWasCutOrGoesOnIsNotUnderstood(
      @ForAll("records") LogRecord record, @ForAll @IntRange(min = 1, max = 64) int cut) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    byte[] body = Arrays.copyOf(encoded.value(), encoded.value().length - MacKeys.TAG_BYTES);
    byte[] shorter = Arrays.copyOf(body, Math.max(2, body.length - cut));
    byte[] longer = Arrays.copyOf(body, body.length + cut);

    if (record instanceof LogRecord.Lifted) {
      return; // its signature is no longer where it must be
    }
    assertThat(CODEC.decode(encoded.key(), authentic(encoded.key(), shorter)))
        .isInstanceOf(Decoded.NotUnderstood.class);
    assertThat(CODEC.decode(encoded.key(), authentic(encoded.key(), longer)))
        .isInstanceOf(Decoded.NotUnderstood.class);
  }

  @Property
  void anAuthenticRecordOfAnotherKindOrVersionIsNotUnderstood(
      @ForAll byte version, @ForAll @ByteRange byte kind, @ForAll @Size(max = 50) byte[] payload) {
    if (version == 1 && kind >= 1 && kind <= 3) {
      return;
    }
    byte[] key = {1};
    byte[] body =
        ByteBuffer.allocate(2 + payload.length).put(version).put(kind).put(payload).array();

    assertThat(CODEC.decode(key, authentic(key, body)))
        .isEqualTo(new Decoded.NotUnderstood(version, kind));
  }

  /** Two facts never share a key, or the topic's compaction would let one replace the other. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void factsThatDifferHaveKeysThatDiffer(
      @ForAll("records") LogRecord one, @ForAll("records") LogRecord other) {
    if (one instanceof LogRecord.Revoked && !one.equals(other)) {
      assertThat(CODEC.encode(one).key()).isNotEqualTo(CODEC.encode(other).key());
    }
  }

  @Property
  void aRecordIsKeptUnderTheKeyThatItsContentHas(@ForAll("records") LogRecord record) {
    byte[] key = CODEC.encode(record).key();

    assertThat(RecordCodec.keyOf(record)).isEqualTo(key);
    assertThat(RecordCodec.revocationOf(key))
        .isEqualTo(
            record instanceof LogRecord.Revoked revoked
                ? Optional.of(revoked.revocation().id())
                : record instanceof LogRecord.Lifted lifted
                    ? Optional.of(lifted.lift().revocation())
                    : Optional.empty());
  }

  @Test
  void anEndBeforeTheEpochIsRefused_forItWouldBeReadAsNone() {
    Revocation endless =
        new Revocation(
            new UUID(0, 1),
            new Target.Issuer("https://as.example"),
            Cutoff.ALWAYS,
            Instant.ofEpochMilli(-1),
            Instant.EPOCH,
            null,
            new Revocation.Circumstances("admin", null, null, false));

    assertThatThrownBy(() -> CODEC.encode(new LogRecord.Revoked(endless)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("until");
  }

  @Property
  void aPositionIsReadAsItWasWritten_andByTheHoldersOfItsKeyAlone(
      @ForAll long high, @ForAll long low, @ForAll long position) {
    PositionToken token = new PositionToken(new UUID(high, low), position);
    MacKeys others = new MacKeys(List.of(new MacKeys.Key("k1", "x".repeat(32).getBytes(UTF_8))));

    assertThat(PositionToken.parse(token.encode(KEYS), KEYS)).contains(token);
    assertThat(PositionToken.parse(token.encode(KEYS), others)).isEmpty();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void anyOtherSpellingOfAPositionIsRefused(@ForAll long position, @ForAll int at, @ForAll char c) {
    String text = new PositionToken(new UUID(7, 8), position).encode(KEYS);
    int i = Math.floorMod(at, text.length());
    String replaced = text.substring(0, i) + c + text.substring(i + 1);
    String inserted = text.substring(0, i) + c + text.substring(i);
    String removed = text.substring(0, i) + text.substring(i + 1);

    for (String other :
        List.of(replaced, inserted, removed, text + c, text + "=", text + text, text + " ")) {
      if (!other.equals(text)) {
        assertThat(PositionToken.parse(other, KEYS)).isEmpty();
      }
    }
  }

  @Property
  void anyTextIsNoPosition_andNoException(@ForAll String text) {
    assertThat(PositionToken.parse(text, KEYS)).isEmpty();
  }
}
