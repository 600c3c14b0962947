package dev.rescind.platform.identity;

import dev.rescind.credential.Fingerprint;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Uses as a test remembers them, which may also be unable to tell. */
final class RememberedUses implements OnceOnly {
  final Map<Fingerprint, Duration> uses = new ConcurrentHashMap<>();
  private boolean able = true;

  void able(boolean now) {
    able = now;
  }

  @Override
  public Future<Use> use(Fingerprint what, Duration kept) {
    if (!able) {
      return Future.succeededFuture(Use.UNKNOWN);
    }
    return Future.succeededFuture(uses.putIfAbsent(what, kept) == null ? Use.FIRST : Use.AGAIN);
  }
}
