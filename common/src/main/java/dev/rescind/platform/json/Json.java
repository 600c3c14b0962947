package dev.rescind.platform.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * JSON (RFC 8259) as one reader would have it: UTF-8, no member twice, nothing after the value,
 * bounded in depth and size, and nothing that is no Unicode. Fractions keep their digits.
 */
public final class Json {
  /** Objects and arrays nest no deeper than this. */
  public static final int MAX_DEPTH = 16;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Names are whatever was sent: they are kept in no table that outlives the text.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(64 * 1024)
                          .maxNameLength(1024)
                          .maxNumberLength(256)
                          .maxDocumentLength(1024 * 1024)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Pattern SURROGATE = Pattern.compile("[\\x{d800}-\\x{dfff}]|\\\\u[dD]");

  private Json() {}

  /** The one object that the UTF-8 bytes spell; empty where they spell anything else. */
  public static Optional<ObjectNode> parseObject(byte[] utf8) {
    try {
      return parseObject(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  public static Optional<ObjectNode> parseObject(String text) {
    try {
      return MAPPER.readTree(text) instanceof ObjectNode object && isUnicode(text, object)
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException | NumberFormatException e) {
      return Optional.empty(); // its message quotes the input
    }
  }

  /**
   * Whether all strings can be written as UTF-8: a lone surrogate, which an escape can spell, has
   * none, and two texts that differ in it alone would come to be one (RFC 7493 section 2.1).
   */
  private static boolean isUnicode(String text, ObjectNode object) {
    return !SURROGATE.matcher(text).find()
        || StandardCharsets.UTF_8.newEncoder().canEncode(write(object));
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  public static ObjectNode object(Map<String, ?> members) {
    return MAPPER.valueToTree(members);
  }

  /** The node's text, without white space. */
  public static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** The node's text with the members of every object in order: of equal objects it is equal. */
  public static String canonical(JsonNode node) {
    return write(sorted(node));
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode sorted = MAPPER.createObjectNode();
      object.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(member -> sorted.set(member.getKey(), sorted(member.getValue())));
      return sorted;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode sorted = MAPPER.createArrayNode();
      array.forEach(one -> sorted.add(sorted(one)));
      return sorted;
    }
    return node;
  }

  /** The strict mapper, for what binds to types. */
  public static ObjectMapper mapper() {
    return MAPPER.copy();
  }
}
