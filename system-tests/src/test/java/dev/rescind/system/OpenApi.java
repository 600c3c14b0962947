package dev.rescind.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The project's OpenAPI document (3.1), and what is wrong with an answer by it. */
final class OpenApi {
  /** Where the document is, seen from a module. */
  static final Path DOCUMENT = Path.of("..", "docs", "openapi.yaml");

  private static final Set<String> METHODS =
      Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

  /** Headers that no answer carries unless the document says so. */
  private static final List<String> HELD =
      List.of(
          "Allow",
          "Idempotent-Replay",
          "Location",
          "Rescind-Position",
          "Rescind-Stale",
          "Rescind-Staleness-Ms",
          "Retry-After",
          "WWW-Authenticate");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Who serves a path. */
  enum Service {
    INTROSPECTOR,
    PUBLISHER,
    MANAGEMENT
  }

  /** One operation of the document; {@code path} may have parameters in braces. */
  record Operation(String id, Service service, String method, String path) {}

  /** A node of the document and its JSON pointer, references followed. */
  private record Place(String pointer, JsonNode node) {
    boolean isMissing() {
      return node.isMissingNode();
    }
  }

  private final ObjectNode root;
  private final Map<String, Schema> schemas = new HashMap<>();
  private final SchemaRegistry registry =
      SchemaRegistry.withDialect(
          Dialects.getDraft202012(),
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private OpenApi(ObjectNode root) {
    this.root = root;
  }

  static OpenApi load(Path document) throws IOException {
    return new OpenApi((ObjectNode) new YAMLMapper().readTree(Files.readString(document)));
  }

  /** All operations, in the document's order. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> member : path.getValue().properties()) {
        if (METHODS.contains(member.getKey())) {
          operations.add(
              new Operation(
                  member.getValue().path("operationId").asText(),
                  Service.valueOf(
                      path.getValue().path("x-service").asText().toUpperCase(Locale.ROOT)),
                  member.getKey().toUpperCase(Locale.ROOT),
                  path.getKey()));
        }
      }
    }
    return operations;
  }

  Operation operation(String id) {
    return operations().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  /** The methods that the document has for a path. */
  Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    for (Operation operation : operations()) {
      if (operation.path().equals(path)) {
        methods.add(operation.method());
      }
    }
    return methods;
  }

  /** The statuses that the document has for an operation. */
  Set<String> statuses(Operation operation) {
    Set<String> statuses = new TreeSet<>();
    at(operation).node().path("responses").fieldNames().forEachRemaining(statuses::add);
    return statuses;
  }

  /** An example of a request's body, by its name in the document. */
  JsonNode requestExample(Operation operation, String mediaType, String name) {
    JsonNode example =
        at(operation)
            .node()
            .path("requestBody")
            .path("content")
            .path(mediaType)
            .path("examples")
            .path(name)
            .path("value");
    if (example.isMissingNode()) {
      throw new IllegalArgumentException(operation.id() + " has no example " + name);
    }
    return example;
  }

  /** What is wrong with an answer to an operation; empty where the document foresees it. */
  List<String> problems(Operation operation, Answer answer) {
    Place response = child(child(at(operation), "responses"), Integer.toString(answer.status()));
    if (response.isMissing()) {
      return List.of(operation.id() + " has no status " + answer.status());
    }
    List<String> problems = new ArrayList<>();
    headers(response, answer, problems);
    if (!operation.method().equals("HEAD")) {
      body(response, answer, problems);
    }
    return problems;
  }

  /** What is wrong with the answer to a method that the document does not have for a path. */
  List<String> problemsOfOtherMethod(String path, Answer answer) {
    if (answer.status() != 405) {
      return List.of(path + " answers " + answer.status() + " to a method that it has not");
    }
    List<String> problems = new ArrayList<>();
    Place response = child(child(new Place("/paths", root.path("paths")), path), "x-other-methods");
    headers(response, answer, problems);
    body(response, answer, problems);
    Set<String> allowed = new TreeSet<>();
    for (String value : answer.header("Allow")) {
      allowed.addAll(List.of(value.split(", *", -1)));
    }
    if (!allowed.equals(methods(path))) {
      problems.add("Allow is " + allowed + ", the document has " + methods(path));
    }
    return problems;
  }

  /** What is wrong with the document's own examples. */
  List<String> problemsOfExamples() {
    List<String> problems = new ArrayList<>();
    examples(new Place("", root), problems);
    return problems;
  }

  private void examples(Place place, List<String> problems) {
    JsonNode examples = place.node().path("examples");
    if (place.node().has("schema") && examples.isObject()) {
      for (Map.Entry<String, JsonNode> example : examples.properties()) {
        schema(raw(place, "schema").pointer())
            .validate(example.getValue().path("value"))
            .forEach(
                error -> problems.add(place.pointer() + " " + example.getKey() + ": " + error));
      }
    }
    for (Map.Entry<String, JsonNode> member : place.node().properties()) {
      examples(raw(place, member.getKey()), problems);
    }
  }

  private void headers(Place response, Answer answer, List<String> problems) {
    Place headers = child(response, "headers");
    for (Map.Entry<String, JsonNode> member : headers.node().properties()) {
      String name = member.getKey();
      Place header = child(headers, name);
      List<String> values = answer.header(name);
      if (values.isEmpty() && header.node().path("required").asBoolean()) {
        problems.add("the header " + name + " is missing");
      }
      if (values.size() > 1) {
        problems.add("the header " + name + " is there " + values.size() + " times");
      }
      for (String value : values) {
        Place schema = child(header, "schema");
        boolean integer = schema.node().path("type").asText().equals("integer");
        JsonNode instance =
            integer && value.matches("[0-9]{1,18}")
                ? LongNode.valueOf(Long.parseLong(value))
                : TextNode.valueOf(value);
        schema(schema.pointer())
            .validate(instance)
            .forEach(error -> problems.add("the header " + name + ": " + error.getMessage()));
      }
    }
    for (String name : HELD) {
      if (!answer.header(name).isEmpty() && !headers.node().has(name)) {
        problems.add("the header " + name + " is not in the document");
      }
    }
  }

  private void body(Place response, Answer answer, List<String> problems) {
    Place content = child(response, "content");
    if (content.isMissing()) {
      if (!answer.body().isEmpty()) {
        problems.add("there is a body, and the document has none");
      }
      return;
    }
    String mediaType = mediaType(answer);
    Place media = child(content, mediaType);
    if (media.isMissing()) {
      problems.add("the body is " + mediaType + ", which the document has not");
      return;
    }
    Schema schema = schema(raw(media, "schema").pointer());
    switch (mediaType) {
      case "application/x-ndjson" -> {
        if (!answer.body().isEmpty() && !answer.body().endsWith("\n")) {
          problems.add("the last line is not ended");
        }
        answer.body().lines().forEach(line -> json(schema, line, problems));
      }
      case "text/plain", "application/token-introspection+jwt" ->
          schema
              .validate(TextNode.valueOf(answer.body()))
              .forEach(error -> problems.add(error.toString()));
      default -> json(schema, answer.body(), problems);
    }
  }

  private static void json(Schema schema, String text, List<String> problems) {
    try {
      schema.validate(JSON.readTree(text)).forEach(error -> problems.add(error.toString()));
    } catch (JsonProcessingException e) {
      problems.add("the body is not JSON: " + e.getOriginalMessage());
    }
  }

  private static String mediaType(Answer answer) {
    String type = answer.header("Content-Type").stream().findFirst().orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private Place at(Operation operation) {
    Place path = child(new Place("/paths", root.path("paths")), operation.path());
    return child(path, operation.method().toLowerCase(Locale.ROOT));
  }

  private Place child(Place parent, String name) {
    Place place = raw(parent, name);
    while (place.node().has("$ref")) {
      String pointer = place.node().path("$ref").asText().substring(1);
      place = new Place(pointer, root.at(pointer));
    }
    return place;
  }

  private static Place raw(Place parent, String name) {
    return new Place(
        parent.pointer() + "/" + name.replace("~", "~0").replace("/", "~1"),
        parent.node().path(name));
  }

  /** The schema at a pointer, with the whole document as the resource that it refers to. */
  private Schema schema(String pointer) {
    return schemas.computeIfAbsent(
        pointer,
        at -> {
          ObjectNode document = JSON.createObjectNode();
          document.put("$ref", "#" + fragment(at));
          document.setAll(root);
          return registry.getSchema(document);
        });
  }

  private static String fragment(String pointer) {
    return URLEncoder.encode(pointer, StandardCharsets.UTF_8)
        .replace("%2F", "/")
        .replace("%7E", "~");
  }
}
