package dev.rescind.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.log.RecordCodec.Decoded;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final RecordCodec CODEC = new RecordCodec(KEYS, SomeLiftKeys.BOTH);
  private static final String ISS = "https://as.example";

  static Stream<LogRecord> records() {
    Stream<Target> targets =
        Stream.of(
            new Target.Token(Fingerprint.of("a")),
            new Target.TokenId(ISS, "jti-1"),
            new Target.Grant(ISS, "g"),
            new Target.Session(ISS, "s"),
            new Target.Subject(ISS, "\u00fcser"),
            new Target.Client(ISS, "c"),
            new Target.Issuer(ISS),
            new Target.Key(ISS, "kid", List.of("t1", "t2"), false),
            new Target.Key(null, null, List.of("t1"), true),
            new Target.Certificate("x5t"));
    return Stream.concat(
        targets.map(target -> new LogRecord.Revoked(revocation(target))),
        Stream.of(
            new LogRecord.Lifted(new Lift(UUID.randomUUID(), Instant.ofEpochMilli(5), "admin")),
            new LogRecord.BarrierWritten(
                new Barrier(
                    new Barrier.Writer("n1", "http://127.0.0.1:8080", "1.0", true),
                    UUID.randomUUID(),
                    7,
                    42,
                    new Barrier.Status(NodeState.STALE, 3)))));
  }

  private static Revocation revocation(Target target) {
    return new Revocation(
        UUID.randomUUID(),
        target,
        Cutoff.ALWAYS,
        Instant.ofEpochMilli(1_900_000_000_123L),
        Instant.ofEpochMilli(1_800_000_000_456L),
        Instant.ofEpochMilli(1_900_000_000_789L),
        new Revocation.Circumstances("admin", "leaked", Fingerprint.of("body"), true));
  }

  @ParameterizedTest
  @MethodSource("records")
  void whatWasWrittenIsRead(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    assertThat(SomeLiftKeys.read(CODEC, encoded)).isEqualTo(new Decoded.Read(record));
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyChangedByteIsQuarantined(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    for (int i = 0; i < encoded.value().length; i++) {
      byte[] damaged = encoded.value().clone();
      damaged[i] ^= 1;
      assertThat(CODEC.decode(encoded.key(), damaged)).isInstanceOf(Decoded.Quarantined.class);
    }
    byte[] otherKey = encoded.key().clone();
    otherKey[otherKey.length - 1] ^= 1;
    assertThat(CODEC.decode(otherKey, encoded.value())).isInstanceOf(Decoded.Quarantined.class);
  }

  @Test
  void aRecordUnderAnUnknownKeyIsQuarantined_andOneUnderAnOverlappingKeyIsRead() {
    MacKeys.Key old = new MacKeys.Key("k1", new byte[32]);
    MacKeys.Key fresh = new MacKeys.Key("k2", "another secret of 32 bytes or so".getBytes(UTF_8));
    RecordCodec.Encoded written =
        new RecordCodec(new MacKeys(List.of(fresh, old)), SomeLiftKeys.BOTH)
            .encode(records().findFirst().orElseThrow());
    assertThat(CODEC.decode(written.key(), written.value()))
        .isInstanceOf(Decoded.Quarantined.class);
    assertThat(
            new RecordCodec(new MacKeys(List.of(old, fresh)), SomeLiftKeys.BOTH)
                .decode(written.key(), written.value()))
        .isInstanceOf(Decoded.Read.class);
  }

  @Test
  void anAuthenticRecordOfAnUnknownKindOrVersionIsNotUnderstood() {
    byte[] key = {9, 1, 2, 3};
    for (byte[] body : new byte[][] {{1, 9, 1, 2}, {2, 1, 1, 2}, {1, 1, 5}, {2, 2, 5}}) {
      byte[] tag = KEYS.tag("rescind.revocations", key, body);
      byte[] value = ByteBuffer.allocate(body.length + tag.length).put(body).put(tag).array();
      assertThat(CODEC.decode(key, value)).isInstanceOf(Decoded.NotUnderstood.class);
    }
  }

  @Test
  void aNullValueIsATombstone_andANullKeyIsQuarantined() {
    assertThat(CODEC.decode(new byte[] {1}, null)).isEqualTo(new Decoded.Tombstone());
    assertThat(CODEC.decode(null, new byte[100])).isInstanceOf(Decoded.Quarantined.class);
    assertThat(CODEC.decode(new byte[] {1}, new byte[1 << 20]))
        .isInstanceOf(Decoded.Quarantined.class);
  }

  @Test
  void aMemberThatIsTooLongIsRefused() {
    LogRecord record =
        new LogRecord.Revoked(revocation(new Target.Subject(ISS, "a".repeat(5_000))));
    assertThatThrownBy(() -> CODEC.encode(record)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void anyBytesDecodeWithoutAnException(@ForAll byte[] key, @ForAll byte[] value) {
    assertThat(CODEC.decode(key, value)).isNotInstanceOf(Decoded.Read.class);
  }

  @Test
  void aPositionTokenIsAsGoodAsItsTag() {
    PositionToken token = new PositionToken(UUID.randomUUID(), 12_345);
    String text = token.encode(KEYS);
    assertThat(PositionToken.parse(text, KEYS)).contains(token);
    for (int i = 0; i < text.length(); i++) {
      String forged =
          text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
      assertThat(PositionToken.parse(forged, KEYS)).isEmpty();
    }
    assertThat(PositionToken.parse("", KEYS)).isEmpty();
  }
}
