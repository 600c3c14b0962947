package dev.rescind.platform.jose;

import io.vertx.core.Future;
import java.util.List;

/** Where an issuer's published keys are read from. */
interface KeySource {
  /** The keys as they are now; fails with a {@link KeyFetchException}, or another. */
  Future<List<VerificationKey>> fetch();
}
