package dev.rescind.revocation;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One fact at one place as six words: the place's key (2), the fact's id (2), then {@code until}
 * (46 bits) and the cutoff's upper half (18), {@code expires} (46) and its lower half (18). Times
 * are in milliseconds, the cutoff in seconds: exact from 1970 to the year 4147; what is later
 * counts as never over, or always.
 */
final class FactWords {
  static final int WORDS = 6;

  /** What an absent {@code until} or {@code expires} is, in milliseconds. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int KEY_HIGH = 0;
  private static final int KEY_LOW = 1;
  private static final int ID_HIGH = 2;
  private static final int ID_LOW = 3;
  private static final int UNTIL = 4;
  private static final int EXPIRES = 5;

  private static final int HALF = 18;
  private static final long HALF_MASK = (1L << HALF) - 1;
  private static final long MAX_MILLIS = (1L << (64 - HALF)) - 1;
  private static final long MAX_SECONDS = (1L << (2 * HALF)) - 1;

  private FactWords() {}

  /** A revocation's words, but for those of the place. */
  static long[] of(Revocation revocation) {
    long cutoff = Math.max(0, Math.min(revocation.cutoff().second(), MAX_SECONDS));
    long[] words = new long[WORDS];
    words[ID_HIGH] = revocation.id().getMostSignificantBits();
    words[ID_LOW] = revocation.id().getLeastSignificantBits();
    words[UNTIL] = millis(revocation.until()) << HALF | cutoff >>> HALF;
    words[EXPIRES] = millis(revocation.expires()) << HALF | (cutoff & HALF_MASK);
    return words;
  }

  private static long millis(@Nullable Instant instant) {
    if (instant == null || instant.getEpochSecond() >= MAX_MILLIS / 1_000) {
      return MAX_MILLIS;
    }
    return Math.max(0, instant.toEpochMilli());
  }

  static void put(long[] words, TargetKey key) {
    words[KEY_HIGH] = key.high();
    words[KEY_LOW] = key.low();
  }

  static boolean isAt(long[] words, int at, long keyHigh, long keyLow) {
    return words[at + KEY_HIGH] == keyHigh && words[at + KEY_LOW] == keyLow;
  }

  static long keyHigh(long[] words, int at) {
    return words[at + KEY_HIGH];
  }

  static long keyLow(long[] words, int at) {
    return words[at + KEY_LOW];
  }

  static TargetKey key(long[] words, int at) {
    return new TargetKey(keyHigh(words, at), keyLow(words, at));
  }

  static UUID id(long[] words, int at) {
    return new UUID(words[at + ID_HIGH], words[at + ID_LOW]);
  }

  /** In seconds; {@link Long#MAX_VALUE} is always. */
  static long cutoff(long[] words, int at) {
    long cutoff = (words[at + UNTIL] & HALF_MASK) << HALF | (words[at + EXPIRES] & HALF_MASK);
    return cutoff == MAX_SECONDS ? Long.MAX_VALUE : cutoff;
  }

  static long until(long[] words, int at) {
    return orNever(words[at + UNTIL] >>> HALF);
  }

  static long expires(long[] words, int at) {
    return orNever(words[at + EXPIRES] >>> HALF);
  }

  private static long orNever(long millis) {
    return millis == MAX_MILLIS ? NEVER : millis;
  }

  static boolean covers(long[] words, int at, @Nullable Long iat, long nowMillis) {
    return (iat == null || iat <= cutoff(words, at)) && nowMillis < until(words, at);
  }

  /** Whether the fact decided nothing any more before a time. */
  static boolean isOver(long[] words, int at, long millis) {
    return until(words, at) < millis || expires(words, at) < millis;
  }

  static boolean areEqual(long[] words, int at, long[] others, int other) {
    for (int i = 0; i < WORDS; i++) {
      if (words[at + i] != others[other + i]) {
        return false;
      }
    }
    return true;
  }

  static long digest(long[] words, int at) {
    long digest = 0;
    for (int i = 0; i < WORDS; i++) {
      digest = mix(digest ^ words[at + i]);
    }
    return digest;
  }

  /** Where a fact is put whose target has many: as good as at random. */
  static long scattered(long[] words, int at) {
    return mix(words[at + KEY_LOW] ^ mix(words[at + ID_HIGH] ^ mix(words[at + ID_LOW])));
  }

  /** The finalizer of SplitMix64, with its step, so that nothing is its own image. */
  private static long mix(long from) {
    long z = from + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
