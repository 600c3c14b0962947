package dev.rescind.publisher.register;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How hard a token is to guess, estimated from its text alone: the entropy of its characters
 * (Shannon's, with the correction of Miller and Madow for short texts), or that of the steps from
 * one to the next where it is less, times its characters, of which those that only repeat a pair
 * seen before do not count. Random tokens of 128 bits come out at 70 bits or more in base64url,
 * base32, hexadecimal and as UUIDs; repetitions, runs and padded counters below 64.
 */
final class TokenEntropy {
  /** What a token must have at least. */
  static final int MIN_BITS = 64;

  private TokenEntropy() {}

  static boolean isEnough(String token) {
    return bits(token) >= MIN_BITS;
  }

  static double bits(String token) {
    Map<Integer, Integer> characters = new HashMap<>();
    Map<Integer, Integer> steps = new HashMap<>();
    Set<Integer> pairs = new HashSet<>();
    for (int i = 0; i < token.length(); i++) {
      int c = token.charAt(i);
      characters.merge(c, 1, Integer::sum);
      if (i > 0) {
        int before = token.charAt(i - 1);
        steps.merge(c - before, 1, Integer::sum);
        pairs.add(before << 16 | c);
      }
    }
    double each = Math.min(entropy(characters, token.length()), entropy(steps, token.length() - 1));
    return each * Math.min(token.length(), pairs.size() + 1);
  }

  private static double entropy(Map<Integer, Integer> counts, int total) {
    if (counts.size() < 2) {
      return 0;
    }
    double nats = (counts.size() - 1) / (2.0 * total);
    for (int count : counts.values()) {
      double share = (double) count / total;
      nats -= share * Math.log(share);
    }
    return nats / Math.log(2);
  }
}
