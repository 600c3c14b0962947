package dev.rescind.platform.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rescind.credential.Base64Url;
import java.util.List;

/** JWK Sets, and the two JSON objects of a JWT, as anybody could publish or send them. */
class JwkReaderFuzzTest {
  private static final byte[] INPUT = {'a', '.', 'b'};

  @FuzzTest(maxDuration = "1m")
  void aKeyThatIsReadHasOneThumbprint_andVerifiesNothingThatItDidNotSign(byte[] data) {
    Tokens.check(data);
    List<VerificationKey> keys;
    try {
      keys = JwkReader.readSet(data);
    } catch (KeyFetchException e) {
      return;
    }
    assertThat(keys).isNotEmpty().hasSizeLessThanOrEqualTo(JwkReader.MAX_KEYS);
    for (VerificationKey key : keys.subList(0, Math.min(4, keys.size()))) {
      assertThat(Base64Url.decode(String.valueOf(key.jkt())).orElseThrow()).hasSize(32);
      assertThat(key.algs())
          .isNotEmpty()
          .noneMatch(alg -> alg.family() == Alg.Family.HMAC)
          .doesNotContainNull();
      for (Alg alg : key.algs()) {
        for (int length : new int[] {0, 64, 96, 132, 256, 512}) {
          assertThat(key.verifies(alg, INPUT, new byte[length])).isFalse();
        }
      }
    }
  }

  /**
   * A class of its own, loaded once the agent is there: some of JDK 17 cannot transform a record
   * with annotated components that it has loaded already.
   */
  private static final class Tokens {
    static void check(byte[] data) {
      JwtHeader.parse(data).ifPresent(header -> assertThat(header.alg()).isNotNull());
      JwtClaims.parse(data).ifPresent(claims -> assertThat(claims.aud()).doesNotContainNull());
    }
  }
}
