package dev.rescind.log;

import java.util.Locale;

/** Why a record of a topic is passed over. */
public enum Quarantine {
  /** It has no key, or one that no record of the topic has. */
  KEY,
  /** It is shorter or longer than any record of the topic. */
  SIZE,
  /** It was not written by a holder of a MAC key that this node has, or was damaged. */
  NOT_AUTHENTIC,
  /** A registration that stands under the key of another. */
  ANOTHERS_KEY,
  /** A lift without a signature. */
  LIFT_UNSIGNED,
  /** A lift that is signed under a key that this node does not have. */
  LIFT_KEY_UNKNOWN,
  /** A lift whose signature is not that of a publisher. */
  LIFT_FORGED,
  /** A lift that came after so many forged ones that its signature was not looked at. */
  LIFT_NOT_VERIFIED;

  /** As metrics and logs show it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
