package dev.rescind.platform.identity;

import io.vertx.core.Future;

/**
 * One way for a caller to prove who it is. Methods are asked in order which of them a request uses;
 * the one that it uses, and no other, then decides.
 */
public interface AuthenticationMethod {

  /** Whether the request tries this method; cheap, and nothing is verified. */
  boolean isUsedBy(Evidence evidence);

  /**
   * Authenticates a request that uses this method and no other. The future is complete at once, or
   * completes on the caller's context; it fails with nothing but what {@link Evidence#body} failed
   * with.
   */
  Future<Authentication> authenticate(Evidence evidence);

  /** What others are told of the method. */
  Advertised advertised();
}
