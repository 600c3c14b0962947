package dev.rescind.platform.grid;

import dev.rescind.log.KeyId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what is kept in the grid with AES-256-GCM, bound to the map and the key under which it is
 * kept: {@code version (1) | key id (4) | nonce (12) | ciphertext and tag}. The first key seals,
 * all open. One key is good for 2^32 values (NIST SP 800-38D section 8.3).
 */
public final class Seal {
  private static final byte VERSION = 1;
  private static final int NONCE = 12;
  private static final int HEAD = 5 + NONCE;
  private static final int TAG_BITS = 128;

  /** One key under its configured name. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Key(String id, byte[] secret) {
    public Key {
      if (secret.length != 32) {
        throw new IllegalArgumentException("a seal key has 32 bytes");
      }
      secret = secret.clone();
    }

    @Override
    public String toString() {
      return "Key[" + id + "]";
    }
  }

  private final int active;
  private final Map<Integer, SecretKeySpec> keys = new HashMap<>();
  private final SecretKeySpec activeKey;
  private final SecureRandom random = new SecureRandom();

  /**
   * @throws IllegalArgumentException where there is no key, or two have one id
   */
  public Seal(List<Key> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("at least one seal key is needed");
    }
    for (Key key : keys) {
      if (this.keys.put(KeyId.of(key.id()), new SecretKeySpec(key.secret(), "AES")) != null) {
        throw new IllegalArgumentException("two seal keys have the id " + key.id());
      }
    }
    active = KeyId.of(keys.get(0).id());
    activeKey = new SecretKeySpec(keys.get(0).secret(), "AES");
    // That the cipher works is found out here, where it may take its time, and not by a reader.
    byte[] nothing = new byte[0];
    if (open("", nothing, seal("", nothing, nothing)).isEmpty()) {
      throw new IllegalStateException("AES-GCM does not open what it sealed");
    }
  }

  /** Seals a value for its place. */
  byte[] seal(String map, byte[] place, byte[] value) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, activeKey, nonce, map, place);
      byte[] sealed = new byte[HEAD + cipher.getOutputSize(value.length)];
      ByteBuffer.wrap(sealed).put(VERSION).putInt(active).put(nonce);
      cipher.doFinal(value, 0, value.length, sealed, HEAD);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** Opens a value; empty where no holder of a key sealed it for this place. */
  Optional<byte[]> open(String map, byte[] place, byte[] sealed) {
    if (sealed.length < HEAD + TAG_BITS / 8 || sealed[0] != VERSION) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(sealed, 1, HEAD - 1);
    SecretKeySpec key = keys.get(in.getInt());
    if (key == null) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, key, nonce, map, place)
              .doFinal(sealed, HEAD, sealed.length - HEAD));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String map, byte[] place)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    byte[] name = map.getBytes(StandardCharsets.US_ASCII);
    cipher.updateAAD(ByteBuffer.allocate(4).putInt(name.length).flip());
    cipher.updateAAD(name);
    cipher.updateAAD(place);
    return cipher;
  }

  @Override
  public String toString() {
    return "Seal[" + keys.size() + "]";
  }
}
