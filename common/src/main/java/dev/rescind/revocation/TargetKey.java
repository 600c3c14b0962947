package dev.rescind.revocation;

import dev.rescind.credential.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Where the index keeps what is known of one target: the first 128 bits of a SHA-256 over the
 * target's kind and members, each with its length before it. Finding two targets with one key takes
 * some 2^64 digests.
 */
public record TargetKey(long high, long low) {

  /** Finding one costs as much as using it. */
  private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Sha256::digest);

  static TargetKey of(String kind, String... members) {
    MessageDigest digest = SHA_256.get();
    digest.reset();
    digest.update(kind.getBytes(StandardCharsets.US_ASCII));
    for (String member : members) {
      byte[] bytes = member.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(5).put((byte) 0).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    ByteBuffer out = ByteBuffer.wrap(digest.digest());
    return new TargetKey(out.getLong(), out.getLong());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high); // already uniform
  }
}
