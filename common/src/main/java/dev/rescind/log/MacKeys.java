package dev.rescind.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

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

  /** A key with one {@link Mac} a thread, which is keyed once: that costs as much as a message. */
  private record Keyed(int id, ThreadLocal<Mac> macs) {
    static Keyed of(Key key) {
      SecretKeySpec spec = new SecretKeySpec(key.secret(), "HmacSHA256");
      return new Keyed(KeyId.of(key.id()), ThreadLocal.withInitial(() -> hmacSha256(spec)));
    }

    /** One at the beginning of a message, that holds nothing of another, whatever became of it. */
    Mac begin(String domain) {
      Mac mac = macs.get();
      mac.reset();
      byte[] name = domain.getBytes(StandardCharsets.US_ASCII);
      update(mac, name, name.length);
      return mac;
    }
  }

  private final List<Keyed> keys;

  public MacKeys(List<Key> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("at least one MAC key is needed");
    }
    Set<Integer> ids = new HashSet<>();
    for (Key key : keys) {
      if (!ids.add(KeyId.of(key.id()))) {
        throw new IllegalArgumentException("two MAC keys have the id " + key.id());
      }
    }
    this.keys = keys.stream().map(Keyed::of).toList();
  }

  /** The tag, under the active key, of a domain and the parts of a message. */
  public byte[] tag(String domain, byte[]... parts) {
    Keyed active = keys.get(0);
    return ByteBuffer.allocate(TAG_BYTES)
        .putInt(active.id())
        .put(mac(active, domain, parts))
        .array();
  }

  /** A message, and after it the tag of a first part and of the message. */
  byte[] tagged(String domain, byte[] first, byte[] message) {
    return ByteBuffer.allocate(message.length + TAG_BYTES)
        .put(message)
        .put(tag(domain, first, message))
        .array();
  }

  /** Whether a tag is that of a holder of any of the keys; compares in constant time. */
  public boolean verify(byte[] tag, String domain, byte[]... parts) {
    if (tag.length != TAG_BYTES) {
      return false;
    }
    Keyed key = find(ByteBuffer.wrap(tag).getInt());
    return key != null
        && MessageDigest.isEqual(Arrays.copyOfRange(tag, 4, TAG_BYTES), mac(key, domain, parts));
  }

  /** Whether these are bytes as {@link #tagged} makes them. */
  boolean verifyTagged(String domain, byte[] first, byte[] tagged) {
    int length = tagged.length - TAG_BYTES;
    Keyed key = length < 0 ? null : find(ByteBuffer.wrap(tagged, length, 4).getInt());
    if (key == null) {
      return false;
    }
    Mac mac = key.begin(domain);
    update(mac, first, first.length);
    update(mac, tagged, length);
    return MessageDigest.isEqual(
        Arrays.copyOfRange(tagged, length + 4, tagged.length), mac.doFinal());
  }

  private @Nullable Keyed find(int id) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).id() == id) {
        return keys.get(i);
      }
    }
    return null;
  }

  private static byte[] mac(Keyed key, String domain, byte[]... parts) {
    Mac mac = key.begin(domain);
    for (byte[] part : parts) {
      update(mac, part, part.length);
    }
    return mac.doFinal();
  }

  /** Each part with its length before it, so that no two messages are spelled alike. */
  private static void update(Mac mac, byte[] part, int length) {
    mac.update(
        new byte[] {
          (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length
        });
    mac.update(part, 0, length);
  }

  private static Mac hmacSha256(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256, for any key", e);
    }
  }

  @Override
  public String toString() {
    return "MacKeys[" + keys.size() + "]";
  }
}
