package dev.rescind.platform.jose;

/** Keys could not be had; the message says why and quotes nothing that was received. */
final class KeyFetchException extends Exception {
  KeyFetchException(String message) {
    super(message);
  }
}
