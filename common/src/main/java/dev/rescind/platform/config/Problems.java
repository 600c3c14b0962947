package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.List;

/** The problems found so far. */
final class Problems {
  private static final int MAX = 100;

  private final List<ConfigProblem> found = new ArrayList<>();
  private int more;

  void add(String where, String problem) {
    if (found.size() < MAX) {
      found.add(ConfigProblem.of(where, problem));
    } else {
      more++;
    }
  }

  void throwIfAny() throws ConfigException {
    if (!found.isEmpty()) {
      throw new ConfigException(found, more);
    }
  }
}
