package dev.rescind.platform.audit;

import dev.rescind.log.MacKeys;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes in Kafka: lines that were written at once, and a tag (36) over all of them. */
public final class AuditFrame {
  /** So many lines are written at once at most: of the longest, some 800 kB. */
  public static final int MAX_LINES = 50;

  private static final String DOMAIN = "rescind.audit";
  private static final int MAX_BYTES = MAX_LINES * (AuditRecord.MAX_LINE * 3 + 1);

  private AuditFrame() {}

  public static byte[] bytes(List<String> lines, MacKeys keys) {
    byte[] message = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    byte[] tag = keys.tag(DOMAIN, message);
    return ByteBuffer.allocate(message.length + tag.length).put(message).put(tag).array();
  }

  /** The lines; empty where no holder of a key wrote them. */
  public static Optional<List<String>> lines(byte @Nullable [] bytes, MacKeys keys) {
    if (bytes == null || bytes.length < MacKeys.TAG_BYTES || bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    int length = bytes.length - MacKeys.TAG_BYTES;
    byte[] message = Arrays.copyOf(bytes, length);
    if (!keys.verify(Arrays.copyOfRange(bytes, length, bytes.length), DOMAIN, message)) {
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
      return Optional.of(List.of(text.split("\n", -1)));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
