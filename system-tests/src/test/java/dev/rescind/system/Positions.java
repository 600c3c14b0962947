package dev.rescind.system;

import dev.rescind.log.PositionToken;
import java.util.UUID;

/** Positions that no answer has said. */
final class Positions {
  private Positions() {}

  /** One so much later than another. */
  static String after(Cluster cluster, String position, long by) {
    PositionToken token = PositionToken.parse(position, cluster.macKeys()).orElseThrow();
    return new PositionToken(token.topic(), token.position() + by).encode(cluster.macKeys());
  }

  /** The same in a topic of the same name that is another. */
  static String ofAnotherTopic(Cluster cluster, String position) {
    PositionToken token = PositionToken.parse(position, cluster.macKeys()).orElseThrow();
    return new PositionToken(UUID.randomUUID(), token.position()).encode(cluster.macKeys());
  }
}
