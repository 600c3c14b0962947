package dev.rescind.standalone.mint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.util.Optional;

/**
 * JSON as strict as {@link Json}, with room for tokens that no service would read: those too are
 * minted.
 */
public final class RoomyJson {
  private static final ObjectMapper MAPPER = mapper();

  private RoomyJson() {}

  /** Empty where the text is not JSON. */
  public static Optional<JsonNode> parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // its message quotes the input
    }
  }

  public static Optional<ObjectNode> parseObject(String text) {
    return parse(text).filter(JsonNode::isObject).map(ObjectNode.class::cast);
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = Json.mapper();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(500)
                .maxStringLength(1 << 20)
                .maxNameLength(1 << 16)
                .maxNumberLength(1 << 12)
                .build());
    return mapper;
  }
}
