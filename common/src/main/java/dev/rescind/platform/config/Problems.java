package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.List;

/** The problems found so far. */
final class Problems {
  private static final int MAX = 100;

  private final List<String> found = new ArrayList<>();
  private int more;

  void add(String where, String problem) {
    if (found.size() < MAX) {
      found.add(where + ": " + problem);
    } else {
      more++;
    }
  }

  void throwIfAny() throws ConfigException {
    if (more > 0) {
      found.add(more + " more problems");
    }
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
  }
}
