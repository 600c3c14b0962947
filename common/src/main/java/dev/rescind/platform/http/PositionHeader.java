package dev.rescind.platform.http;

import dev.rescind.log.MacKeys;
import dev.rescind.log.PositionToken;
import java.util.Optional;
import java.util.UUID;

/**
 * Positions as the header {@code Rescind-Position} carries them. The last one made is kept: a
 * node's position changes some tens of times a second, its answers are more.
 */
public final class PositionHeader {
  public static final String POSITION = "Rescind-Position";
  public static final String AT_LEAST = "Rescind-At-Least";
  public static final String STALENESS = "Rescind-Staleness-Ms";

  private record Made(long position, String text) {}

  private final UUID topic;
  private final MacKeys keys;
  private volatile Made last;

  /**
   * @param topic the id of the log's topic
   */
  public PositionHeader(UUID topic, MacKeys keys) {
    this.topic = topic;
    this.keys = keys;
    this.last = new Made(-1, new PositionToken(topic, -1).encode(keys));
  }

  public String of(long position) {
    Made made = last;
    if (made.position() != position) {
      made = new Made(position, new PositionToken(topic, position).encode(keys));
      last = made;
    }
    return made.text();
  }

  /** The position that a token of this log names; empty for a forged or a foreign one. */
  public Optional<Long> parse(String text) {
    return PositionToken.parse(text, keys)
        .filter(token -> token.topic().equals(topic))
        .map(PositionToken::position);
  }
}
