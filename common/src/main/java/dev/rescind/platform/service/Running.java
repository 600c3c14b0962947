package dev.rescind.platform.service;

/** A service that was started. */
@SuppressWarnings("try") // it is not closed at the end of a block
public interface Running extends AutoCloseable {
  /** Begins to load the configuration anew, where that is possible. */
  default void reload() {}
}
