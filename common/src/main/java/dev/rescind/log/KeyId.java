package dev.rescind.log;

import dev.rescind.credential.Fingerprint;

/**
 * What stands beside a tag, a signature or a sealed value for the name of its key: the first four
 * bytes of the name's SHA-256.
 */
public final class KeyId {
  private KeyId() {}

  public static int of(String name) {
    return (int) (Fingerprint.of(name).a() >>> 32);
  }
}
