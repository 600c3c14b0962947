package dev.rescind.publisher.revoke;

import dev.rescind.platform.jose.Issuers;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Finds the key material that a {@code kid} means. Where it means no known key, or two, all that
 * was ever seen under it is blocked, and its name.
 */
public final class KeyResolver {
  private final Issuers issuers;

  public KeyResolver(Issuers issuers) {
    this.issuers = issuers;
  }

  /** The target with its material; anything but a key named by {@code kid} stays as it is. */
  public Future<Target> resolve(Target target) {
    if (!(target instanceof Target.Key key) || key.iss() == null || key.kid() == null) {
      return Future.succeededFuture(target);
    }
    String iss = key.iss();
    String kid = key.kid();
    Set<String> seen = issuers.thumbprints(iss, kid);
    return seen.isEmpty() && issuers.isConfigured(iss)
        ? issuers.refresh().map(done -> resolved(iss, kid, issuers.thumbprints(iss, kid)))
        : Future.succeededFuture(resolved(iss, kid, seen));
  }

  private static Target resolved(String iss, String kid, Set<String> seen) {
    return new Target.Key(iss, kid, List.copyOf(seen), seen.size() == 1);
  }
}
