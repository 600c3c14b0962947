package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.freshness.Barrier;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.NodeDirectory;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/** {@code GET /v1/nodes}: the live introspectors, as their barriers show them. */
final class NodesApi {
  private final NodeDirectory nodes;
  private final PositionHeader positions;
  private final LongSupplier position;

  /**
   * @param position up to which this publisher has read the log
   */
  NodesApi(NodeDirectory nodes, PositionHeader positions, LongSupplier position) {
    this.nodes = nodes;
    this.positions = positions;
    this.position = position;
  }

  Future<Void> list(Exchange exchange) throws Problem {
    exchange.require(Right.READ);
    ObjectNode answer = Json.object();
    var items = answer.putArray("items");
    for (NodeDirectory.Seen seen : nodes.live()) {
      Barrier barrier = seen.barrier();
      ObjectNode node =
          items
              .addObject()
              .put("node", barrier.writer().node())
              .put("url", barrier.writer().url())
              .put("state", barrier.status().state().name())
              .put("position", positions.of(barrier.position()));
      if (barrier.status().stalenessMillis() >= 0) {
        node.put("staleness_ms", barrier.status().stalenessMillis());
      }
      node.put("version", barrier.writer().version());
    }
    return exchange.answer(200, positions.of(position.getAsLong()), answer);
  }
}
