package dev.rescind.platform.service;

/** A service that was started. */
public interface Running extends AutoCloseable {
  /** Begins to load the configuration anew, where that is possible. */
  default void reload() {}
}
