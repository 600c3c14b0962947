package dev.rescind.platform.identity;

import dev.rescind.credential.Fingerprint;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Says of what may be used once, anywhere in the cluster, whether this is the first use. */
public interface OnceOnly {

  /** What a use was. */
  enum Use {
    FIRST,
    AGAIN,
    /** It cannot be told, so whoever asks must not go on. */
    UNKNOWN
  }

  /**
   * Takes note of a use, and says which it is, at once or on the caller's context; the future never
   * fails. After {@link Use#UNKNOWN} the next use may be said to be either.
   *
   * @param kept for how long the use is remembered: as long as it could be repeated
   */
  Future<Use> use(Fingerprint what, Duration kept);

  /** A name for what is used: of the same parts in the same order alone. */
  static Fingerprint name(String... parts) {
    byte[][] each =
        Arrays.stream(parts)
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    ByteBuffer all =
        ByteBuffer.allocate(Arrays.stream(each).mapToInt(one -> one.length + Integer.BYTES).sum());
    for (byte[] one : each) {
      all.putInt(one.length).put(one);
    }
    return Fingerprint.of(all.array());
  }
}
