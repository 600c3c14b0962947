package dev.rescind.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rescind.platform.json.Json;

/**
 * A service's configuration as it is written to its file. Further YAML is merged into it: members
 * of objects one by one, elements of lists at their end, anything else in place of what was there.
 */
final class ClusterConfig {
  private static final YAMLMapper YAML = new YAMLMapper();

  private final ObjectNode root = Json.object();

  /** Adds what the YAML says. */
  ClusterConfig with(String yaml) {
    try {
      if (YAML.readTree(yaml) instanceof ObjectNode members) {
        merge(root, members);
        return this;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    throw new IllegalArgumentException("not the members of an object: " + yaml);
  }

  /** A text as YAML: in quotes, whatever is in it. */
  static String quoted(String text) {
    return Json.write(Json.object().textNode(text));
  }

  private static void merge(ObjectNode into, ObjectNode members) {
    members
        .properties()
        .forEach(
            member -> {
              JsonNode there = into.get(member.getKey());
              if (there instanceof ObjectNode object
                  && member.getValue() instanceof ObjectNode in) {
                merge(object, in);
              } else if (there instanceof ArrayNode list
                  && member.getValue() instanceof ArrayNode in) {
                list.addAll(in);
              } else {
                into.set(member.getKey(), member.getValue());
              }
            });
  }

  String text() {
    try {
      return YAML.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
