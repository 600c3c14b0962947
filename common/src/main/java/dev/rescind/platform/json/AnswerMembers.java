package dev.rescind.platform.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rescind.credential.CredentialType;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of an active answer (RFC 7662 section 2.2) but {@code active}, as text: the same
 * claims give the same bytes, whether a JWT carried them or a registration.
 */
public final class AnswerMembers {
  /** What comes first, in this order; all else follows by name. */
  private static final List<String> ORDER =
      List.of(
          "scope",
          "client_id",
          "username",
          "token_type",
          "exp",
          "iat",
          "nbf",
          "sub",
          "aud",
          "iss",
          "jti");

  private AnswerMembers() {}

  /**
   * The text of one JSON object.
   *
   * @param claims under their RFC 7662 or JWT names; times are numbers in range ({@link
   *     NumericDate}), {@code scope} and {@code scp} strings or arrays of strings
   * @throws IllegalArgumentException where a time or a scope is neither
   */
  public static String of(CredentialType type, Map<String, ?> claims) {
    return of(type, Json.object(claims));
  }

  /** As {@link #of(CredentialType, Map)}. */
  public static String of(CredentialType type, ObjectNode claims) {
    TreeMap<String, JsonNode> rest = new TreeMap<>();
    for (Map.Entry<String, JsonNode> claim : claims.properties()) {
      if (!claim.getValue().isNull() && !claim.getKey().equals("active")) {
        rest.put(claim.getKey(), claim.getValue());
      }
    }
    putScope(rest);
    putTime(rest, "exp", false);
    putTime(rest, "iat", false);
    putTime(rest, "nbf", true);
    if (rest.containsKey("auth_time") && NumericDate.floor(rest.get("auth_time")).isPresent()) {
      putTime(rest, "auth_time", false); // an issuer's own claim, which nothing here depends on
    }
    JsonNode azp = rest.get("azp");
    if (azp != null) {
      rest.putIfAbsent("client_id", azp);
    }
    if (type == CredentialType.ACCESS_TOKEN) {
      boolean bound = claims.path("cnf").hasNonNull("jkt");
      rest.putIfAbsent("token_type", TextNode.valueOf(bound ? "DPoP" : "Bearer"));
    }
    ObjectNode members = Json.object();
    for (String name : ORDER) {
      JsonNode value = rest.remove(name);
      if (value != null) {
        members.set(name, value);
      }
    }
    rest.forEach(members::set);
    return Json.write(members);
  }

  private static void putScope(Map<String, JsonNode> members) {
    JsonNode scope = members.containsKey("scope") ? members.get("scope") : members.remove("scp");
    if (scope == null) {
      return;
    }
    String text = scopeText(scope);
    if (text == null) {
      throw new IllegalArgumentException("scope is neither a string nor an array of strings");
    }
    if (text.isEmpty()) {
      members.remove("scope");
    } else {
      members.put("scope", TextNode.valueOf(text));
    }
  }

  /** A scope as its space-separated string, or null where the value is none. */
  public static @Nullable String scopeText(JsonNode scope) {
    if (scope.isTextual()) {
      return scope.textValue();
    }
    if (!(scope instanceof ArrayNode array)) {
      return null;
    }
    StringJoiner text = new StringJoiner(" ");
    for (JsonNode one : array) {
      if (!one.isTextual()) {
        return null;
      }
      text.add(one.textValue());
    }
    return text.toString();
  }

  private static void putTime(Map<String, JsonNode> members, String name, boolean up) {
    JsonNode value = members.get(name);
    if (value != null) {
      OptionalLong time = up ? NumericDate.ceil(value) : NumericDate.floor(value);
      members.put(
          name,
          LongNode.valueOf(
              time.orElseThrow(
                  () -> new IllegalArgumentException(name + " is not a time in seconds"))));
    }
  }
}
