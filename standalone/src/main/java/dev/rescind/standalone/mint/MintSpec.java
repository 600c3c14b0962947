package dev.rescind.standalone.mint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What tokens are asked for. Its JSON form has a member for each option of {@code rescind mint},
 * with {@code _} for {@code -}; {@code claim} and {@code header} are objects that override anything
 * else, a null among them taking the member away.
 *
 * @param aud a string or an array of strings
 * @param ttl seconds from now to {@code exp}; negative for a token that has expired
 */
public record MintSpec(
    Optional<String> iss,
    Optional<String> sub,
    Optional<String> clientId,
    Optional<String> scope,
    Optional<JsonNode> aud,
    long ttl,
    Optional<String> sid,
    Optional<String> grantId,
    SigningAlgorithm alg,
    Optional<String> kid,
    boolean noKid,
    ObjectNode claim,
    ObjectNode header,
    int count) {

  public static final long DEFAULT_TTL = 300;
  public static final int MAX_COUNT = 100_000;

  private static final long MAX_TTL = 100L * 365 * 24 * 3600;
  private static final Set<String> MEMBERS =
      Set.of(
          "iss",
          "sub",
          "client_id",
          "scope",
          "aud",
          "ttl",
          "sid",
          "grant_id",
          "alg",
          "kid",
          "no_kid",
          "claim",
          "header",
          "count");

  /** Says in one line, which quotes no value, what is wrong with a spec. */
  public static final class InvalidSpec extends Exception {
    private static final long serialVersionUID = 1;

    InvalidSpec(String message) {
      super(message);
    }
  }

  public static MintSpec parse(String json) throws InvalidSpec {
    return parse(
        RoomyJson.parseObject(json)
            .orElseThrow(() -> new InvalidSpec("a spec must be a JSON object")));
  }

  public static MintSpec parse(ObjectNode spec) throws InvalidSpec {
    for (Iterator<String> names = spec.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!MEMBERS.contains(name)) {
        throw new InvalidSpec("unknown member " + printable(name));
      }
    }
    Optional<String> kid = text(spec, "kid");
    boolean noKid = flag(spec, "no_kid");
    if (noKid && kid.isPresent()) {
      throw new InvalidSpec("kid and no_kid exclude each other");
    }
    return new MintSpec(
        text(spec, "iss"),
        text(spec, "sub"),
        text(spec, "client_id"),
        text(spec, "scope"),
        audience(spec),
        integer(spec, "ttl", DEFAULT_TTL, -MAX_TTL, MAX_TTL),
        text(spec, "sid"),
        text(spec, "grant_id"),
        algorithm(spec),
        kid,
        noKid,
        object(spec, "claim"),
        object(spec, "header"),
        (int) integer(spec, "count", 1, 1, MAX_COUNT));
  }

  private static Optional<JsonNode> member(ObjectNode spec, String name) {
    return Optional.ofNullable(spec.get(name)).filter(value -> !value.isNull());
  }

  private static Optional<String> text(ObjectNode spec, String name) throws InvalidSpec {
    Optional<JsonNode> value = member(spec, name);
    if (value.isPresent() && !value.get().isTextual()) {
      throw new InvalidSpec(name + " must be a string");
    }
    return value.map(JsonNode::textValue);
  }

  private static boolean flag(ObjectNode spec, String name) throws InvalidSpec {
    Optional<JsonNode> value = member(spec, name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw new InvalidSpec(name + " must be true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(false);
  }

  private static long integer(ObjectNode spec, String name, long absent, long min, long max)
      throws InvalidSpec {
    Optional<JsonNode> value = member(spec, name);
    if (value.isEmpty()) {
      return absent;
    }
    JsonNode number = value.get();
    if (!number.isIntegralNumber()
        || !number.canConvertToLong()
        || number.longValue() < min
        || number.longValue() > max) {
      throw new InvalidSpec(name + " must be an integer from " + min + " to " + max);
    }
    return number.longValue();
  }

  private static ObjectNode object(ObjectNode spec, String name) throws InvalidSpec {
    Optional<JsonNode> value = member(spec, name);
    if (value.isEmpty()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (value.get() instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidSpec(name + " must be an object");
  }

  private static Optional<JsonNode> audience(ObjectNode spec) throws InvalidSpec {
    Optional<JsonNode> value = member(spec, "aud");
    if (value.isEmpty() || value.get().isTextual()) {
      return value;
    }
    if (value.get() instanceof ArrayNode array) {
      for (JsonNode element : array) {
        if (!element.isTextual()) {
          throw new InvalidSpec("aud must be a string or an array of strings");
        }
      }
      return value;
    }
    throw new InvalidSpec("aud must be a string or an array of strings");
  }

  private static SigningAlgorithm algorithm(ObjectNode spec) throws InvalidSpec {
    Optional<String> name = text(spec, "alg");
    if (name.isEmpty()) {
      return SigningAlgorithm.RS256;
    }
    return SigningAlgorithm.named(name.get())
        .orElseThrow(
            () ->
                new InvalidSpec(
                    "alg must be one of "
                        + String.join(
                            ", ",
                            List.of(SigningAlgorithm.values()).stream()
                                .map(SigningAlgorithm::jwsName)
                                .toList())));
  }

  private static String printable(String name) {
    return name.matches("[A-Za-z0-9_-]{1,32}") ? "\"" + name + "\"" : "(not a plain name)";
  }
}
