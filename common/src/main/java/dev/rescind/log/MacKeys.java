package dev.rescind.log;

import dev.rescind.credential.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys under which publishers and nodes authenticate what is in Kafka: HMAC-SHA256. The first
 * key signs; all verify, so that keys can be rotated with overlap.
 */
public final class MacKeys {
  /** A tag is {@code key id (4) | HMAC-SHA256 (32)}. */
  public static final int TAG_BYTES = 36;

  private static final int MIN_SECRET = 32;

  /** One key under its configured name. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Key(String id, byte[] secret) {
    public Key {
      if (secret.length < MIN_SECRET) {
        throw new IllegalArgumentException("a MAC key has at least " + MIN_SECRET + " bytes");
      }
      secret = secret.clone();
    }

    @Override
    public String toString() {
      return "Key[" + id + "]";
    }
  }

  private final int active;
  private final SecretKeySpec activeKey;
  private final Map<Integer, SecretKeySpec> keys = new HashMap<>();
  private final ThreadLocal<Mac> mac = ThreadLocal.withInitial(MacKeys::hmacSha256);

  public MacKeys(List<Key> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("at least one MAC key is needed");
    }
    for (Key key : keys) {
      SecretKeySpec spec = new SecretKeySpec(key.secret(), "HmacSHA256");
      if (this.keys.put(idOf(key), spec) != null) {
        throw new IllegalArgumentException("two MAC keys have the id " + key.id());
      }
    }
    this.active = idOf(keys.get(0));
    this.activeKey = new SecretKeySpec(keys.get(0).secret(), "HmacSHA256");
  }

  /** The tag, under the active key, of a domain and the parts of a message. */
  public byte[] tag(String domain, byte[]... parts) {
    byte[] mac = mac(activeKey, domain, parts);
    return ByteBuffer.allocate(TAG_BYTES).putInt(active).put(mac).array();
  }

  /** Whether a tag is that of a holder of any of the keys; compares in constant time. */
  public boolean verify(byte[] tag, String domain, byte[]... parts) {
    if (tag.length != TAG_BYTES) {
      return false;
    }
    SecretKeySpec key = keys.get(ByteBuffer.wrap(tag).getInt());
    return key != null
        && MessageDigest.isEqual(Arrays.copyOfRange(tag, 4, TAG_BYTES), mac(key, domain, parts));
  }

  private byte[] mac(SecretKeySpec key, String domain, byte[]... parts) {
    Mac mac = this.mac.get();
    try {
      mac.init(key);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC takes any key", e);
    }
    update(mac, domain.getBytes(StandardCharsets.US_ASCII));
    for (byte[] part : parts) {
      update(mac, part);
    }
    return mac.doFinal();
  }

  /** Each part with its length before it, so that no two messages are spelled alike. */
  private static void update(Mac mac, byte[] part) {
    mac.update(ByteBuffer.allocate(4).putInt(part.length).flip());
    mac.update(part);
  }

  private static int idOf(Key key) {
    return ByteBuffer.wrap(Fingerprint.of(key.id()).toBytes()).getInt();
  }

  private static Mac hmacSha256() {
    try {
      return Mac.getInstance("HmacSHA256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "MacKeys[" + keys.size() + "]";
  }
}
