package dev.rescind.platform.jose;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;

/** How the name of a host becomes addresses. */
@FunctionalInterface
interface HostLookup {
  /** One address at least, or a failure. */
  Future<List<InetAddress>> addresses(String host);

  /** The system's own, off the event loops. */
  static HostLookup ofSystem(Vertx vertx) {
    return host ->
        vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
  }
}
