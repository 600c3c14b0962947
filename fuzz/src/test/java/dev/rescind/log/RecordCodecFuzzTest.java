package dev.rescind.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rescind.credential.Credential;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is in the topics: the first byte of the input says of which topic it is a record, and
 * whether it is to be authenticated, so that what lies behind the MAC is reached too.
 */
class RecordCodecFuzzTest {
  private static final MacKeys KEYS = new MacKeys(List.of(new MacKeys.Key("k1", new byte[32])));
  private static final RecordCodec FACTS = new RecordCodec(KEYS, lifts());
  private static final int CREDENTIAL = 1;
  private static final int AUTHENTIC = 2;

  /** A key that nobody signs with. */
  private static LiftKeys lifts() {
    try {
      PublicKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
      return new LiftKeys(List.of(new LiftKeys.Verification("lift-1", key)), null);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void aRecordThatIsReadIsAuthentic_andIsReadAgainFromItsOwnBytes(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int keyLength = Math.min(data[1] & 0xff, data.length - 2);
    byte[] key = Arrays.copyOfRange(data, 2, 2 + keyLength);
    byte[] rest = Arrays.copyOfRange(data, 2 + keyLength, data.length);
    boolean credential = (data[0] & CREDENTIAL) != 0;
    String domain = credential ? "rescind.credentials" : "rescind.revocations";
    byte[] value = (data[0] & AUTHENTIC) == 0 ? rest : KEYS.tagged(domain, key, rest);
    if (credential) {
      Credentials.check(key, value, domain);
    } else {
      fact(key, value, domain);
    }
  }

  private static void fact(byte[] key, byte[] value, String domain) {
    RecordCodec.Decoded decoded = FACTS.decode(key, value);
    if (!(decoded instanceof RecordCodec.Decoded.Quarantined)) {
      assertThat(isTagged(key, value, domain)).isTrue();
    }
    if (decoded instanceof RecordCodec.Decoded.Claimed lift) {
      // Nobody has the key.
      assertThat(FACTS.verify(lift)).isInstanceOf(RecordCodec.Decoded.Quarantined.class);
    }
    if (decoded instanceof RecordCodec.Decoded.Read read) {
      // A lift is none before its signature was looked at.
      assertThat(read.record()).isNotInstanceOf(LogRecord.Lifted.class);
      RecordCodec.Encoded again = FACTS.encode(read.record());
      assertThat(FACTS.decode(again.key(), again.value())).isEqualTo(read);
      assertThat(RecordCodec.keyOf(read.record())).isEqualTo(again.key());
    }
  }

  /**
   * A class of its own, loaded once the agent is there: some of JDK 17 cannot transform a record
   * with annotated components that it has loaded already.
   */
  private static final class Credentials {
    private static final CredentialCodec CODEC = new CredentialCodec(KEYS);

    static void check(byte[] key, byte[] value, String domain) {
      CredentialCodec.Decoded decoded = CODEC.decode(key, value);
      if (!(decoded instanceof CredentialCodec.Decoded.Quarantined)) {
        assertThat(isTagged(key, value, domain)).isTrue();
      }
      if (decoded instanceof CredentialCodec.Decoded.Read read) {
        Optional<Credential> credential = CredentialCodec.fromBytes(read.bytes());
        credential.ifPresent(
            one -> {
              assertThat(one.fingerprint()).isEqualTo(read.fingerprint());
              assertThat(CredentialCodec.fromBytes(CredentialCodec.toBytes(one))).contains(one);
            });
      }
    }
  }

  /** By the MAC's public face, over copies: not by the way in which the codecs take it. */
  private static boolean isTagged(byte[] key, byte[] value, String domain) {
    int end = value.length - MacKeys.TAG_BYTES;
    return end >= 0
        && KEYS.verify(
            Arrays.copyOfRange(value, end, value.length), domain, key, Arrays.copyOf(value, end));
  }
}
