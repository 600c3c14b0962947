package dev.rescind.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CredentialCodecTest {
  private static final byte[] SECRET = new byte[32];

  private final CredentialCodec codec =
      new CredentialCodec(new MacKeys(List.of(new MacKeys.Key("k", SECRET))));

  private static Credential credential(String members) {
    return new Credential(
        CredentialType.REFRESH_TOKEN,
        Fingerprint.of("a token of some length"),
        new Credential.Names("iss", "sub", "client", null, "sid", "grant"),
        new Credential.Validity(1L, null, 3L),
        new Credential.Binding(null, "kid", "A".repeat(43), "as", Fingerprint.of("other")),
        List.of("x", "y"),
        members);
  }

  private final Credential one = credential("{\"sub\":\"sub\"}");

  @Test
  void readsWhatItWrote() {
    assertThat(CredentialCodec.fromBytes(CredentialCodec.toBytes(one))).contains(one);
    Credential bare =
        new Credential(
            CredentialType.API_KEY,
            Fingerprint.of("bare"),
            new Credential.Names(null, null, null, null, null, null),
            new Credential.Validity(null, null, null),
            Credential.Binding.NONE,
            List.of(),
            "{}");
    assertThat(CredentialCodec.fromBytes(CredentialCodec.toBytes(bare))).contains(bare);
  }

  @Test
  void decodesARecordToItsCredentialAndItsEnd() {
    RecordCodec.Encoded record = codec.encode(one);

    CredentialCodec.Decoded.Read read =
        (CredentialCodec.Decoded.Read) codec.decode(record.key(), record.value());

    assertThat(read.fingerprint()).isEqualTo(one.fingerprint());
    assertThat(read.exp()).isEqualTo(3L);
    assertThat(CredentialCodec.fromBytes(read.bytes())).contains(one);
  }

  @Test
  void noRegistrationHasTheKeyOfAnother() {
    assertThat(codec.encode(credential("{\"sub\":\"b\"}")).key())
        .isNotEqualTo(codec.encode(one).key())
        .startsWith(one.fingerprint().toBytes());
  }

  @Test
  void quarantinesWhateverWasTouched() {
    RecordCodec.Encoded record = codec.encode(one);
    for (int i = 0; i < record.value().length; i++) {
      byte[] touched = record.value().clone();
      touched[i] ^= 1;
      assertThat(codec.decode(record.key(), touched))
          .isInstanceOf(CredentialCodec.Decoded.Quarantined.class);
    }
    byte[] otherKey = record.key().clone();
    otherKey[0] ^= 1;
    assertThat(codec.decode(otherKey, record.value()))
        .isInstanceOf(CredentialCodec.Decoded.Quarantined.class);
    assertThat(
            new CredentialCodec(new MacKeys(List.of(new MacKeys.Key("k", filled((byte) 1)))))
                .decode(record.key(), record.value()))
        .isInstanceOf(CredentialCodec.Decoded.Quarantined.class);
    assertThat(codec.decode(null, record.value()))
        .isInstanceOf(CredentialCodec.Decoded.Quarantined.class);
  }

  @Test
  void aTombstoneIsOne() {
    assertThat(codec.decode(codec.encode(one).key(), null))
        .isInstanceOf(CredentialCodec.Decoded.Tombstone.class);
  }

  @Test
  void neverThrows_whateverTheBytes() {
    Random random = new Random(7662);
    byte[] key = codec.encode(one).key();
    byte[] good = CredentialCodec.toBytes(one);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(codec.decode(key, bytes)).isNotNull();
      byte[] touched = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      touched[random.nextInt(touched.length)] = (byte) random.nextInt();
      assertThat(CredentialCodec.fromBytes(touched)).isNotNull();
    }
  }

  @Test
  void refusesMembersThatAreTooLong() {
    assertThatThrownBy(() -> codec.encode(credential("x".repeat(30_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("24576");
  }

  @Test
  void allRegistrationsOfACredentialAreInOnePartition() {
    for (int i = 0; i < 1_000; i++) {
      int partition = CredentialCodec.partition(Fingerprint.of(Objects.toString(i)), 16);
      assertThat(partition).isBetween(0, 15);
    }
  }

  private static byte[] filled(byte value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, value);
    return bytes;
  }
}
