package dev.rescind.log;

import dev.rescind.credential.Base64Url;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * A position of the log as clients hold it: {@code version (1) | topic id (16) | position (8) | tag
 * (36)} in base64url. The topic id keeps a position of a topic that was deleted from being taken
 * for one of its successor.
 *
 * @param position the offset of a record: whoever has applied it satisfies the token
 */
public record PositionToken(UUID topic, long position) {
  private static final String DOMAIN = "rescind.position";
  private static final byte VERSION = 1;
  private static final int BODY = 25;

  public String encode(MacKeys keys) {
    byte[] body =
        ByteBuffer.allocate(BODY)
            .put(VERSION)
            .putLong(topic.getMostSignificantBits())
            .putLong(topic.getLeastSignificantBits())
            .putLong(position)
            .array();
    byte[] tag = keys.tag(DOMAIN, body);
    return Base64Url.encode(ByteBuffer.allocate(BODY + tag.length).put(body).put(tag).array());
  }

  /** Parses a token that a holder of the keys made; empty for every other text. */
  public static Optional<PositionToken> parse(String text, MacKeys keys) {
    if (text.length() > 128) {
      return Optional.empty();
    }
    return Base64Url.decode(text)
        .filter(bytes -> bytes.length == BODY + MacKeys.TAG_BYTES && bytes[0] == VERSION)
        .filter(
            bytes ->
                keys.verify(
                    Arrays.copyOfRange(bytes, BODY, bytes.length),
                    DOMAIN,
                    Arrays.copyOf(bytes, BODY)))
        .map(bytes -> ByteBuffer.wrap(bytes, 1, BODY - 1))
        .map(in -> new PositionToken(new UUID(in.getLong(), in.getLong()), in.getLong()));
  }
}
