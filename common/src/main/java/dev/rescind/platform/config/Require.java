package dev.rescind.platform.config;

/** Checks of what is configured; what fails names the key and the limit. */
final class Require {
  private Require() {}

  static void that(boolean condition, String key, String message) {
    if (!condition) {
      throw new IllegalArgumentException(key + " " + message);
    }
  }

  static void port(int port) {
    that(port >= 1 && port <= 65_535, "port", "must be 1 to 65535");
  }
}
