package dev.rescind.platform.config;

/**
 * What is wrong with a configuration.
 *
 * @param where the file and line, or the variable
 * @param key dotted; empty where it is no one key's
 * @param message what is allowed there; never what was found
 */
public record ConfigProblem(String where, String key, String message) {
  static ConfigProblem of(String where, String text) {
    int space = text.indexOf(' ');
    String first = space < 0 ? "" : text.substring(0, space);
    return first.matches("[a-z0-9_]+(?:[.\\[][^ ]*)?") && isKey(first)
        ? new ConfigProblem(where, first, text.substring(space + 1))
        : new ConfigProblem(where, "", text);
  }

  /** A key of a section, or the name of one. */
  private static boolean isKey(String word) {
    String first = word.split("[.\\[]", 2)[0];
    return ConfigLoader.ROOT.key(first).isPresent() || word.length() > first.length();
  }

  /** All of it on one line. */
  @Override
  public String toString() {
    return where + ": " + (key.isEmpty() ? "" : key + " ") + message;
  }
}
