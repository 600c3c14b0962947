package dev.rescind.platform.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names that are not known: how they are shown, and what was perhaps meant. */
final class Names {
  /** Shorter than a secret of 32 bytes, should one stand where a name belongs. */
  private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9._<-]{1,40}");

  private static final int MAX_COMPARED = 200;

  private Names() {}

  static String shown(String name) {
    return SHOWN.matcher(name).matches() ? name : "(a name of " + name.length() + " characters)";
  }

  /** The one that a name was perhaps meant to be. */
  static Optional<String> closest(String name, Collection<String> known) {
    String bare = bare(name);
    if (bare.length() > MAX_COMPARED) {
      return Optional.empty();
    }
    int tolerated = Math.min(3, Math.max(1, bare.length() / 4));
    return known.stream()
        .filter(one -> distance(bare, bare(one)) <= tolerated)
        .min(Comparator.comparingInt(one -> distance(bare, bare(one))));
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** How many letters must be added, left out or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
