package dev.rescind.publisher.apikey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.Members;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a key is to be made of.
 *
 * @param claims as a registration has them
 * @param overlap for how many seconds the key that it replaces stays; 0 where it replaces none
 */
public record ApiKeyOrder(ObjectNode claims, @Nullable String name, long overlap) {
  /** No two keys stand beside each other for longer than 30 days. */
  static final long MAX_OVERLAP = 30L * 24 * 60 * 60;

  private static final int MAX_NAME = 100;
  private static final List<String> NOT_FOR_KEYS = List.of("token", "fingerprint", "type", "key");

  /** Parses the body of {@code POST /v1/api-keys}; what is wrong with it {@code errors} is told. */
  public static ApiKeyOrder parse(ObjectNode body, Instant now, FieldErrors errors) {
    Members members = new Members(body, "", errors);
    for (String name : NOT_FOR_KEYS) {
      if (members.has(name)) {
        members.error(name, "is not for API keys: they are made here");
      }
    }
    String name = members.text("name", MAX_NAME);
    checkFuture(members, now);
    ObjectNode claims = body.deepCopy();
    claims.remove(NOT_FOR_KEYS);
    claims.remove("name");
    return new ApiKeyOrder(claims, name, 0);
  }

  /**
   * Parses the body of {@code POST /v1/api-keys/{id}/rotate}. The successor is as the key was;
   * where that had an end, it lives as long from now on, if the body says nothing else.
   */
  public static ApiKeyOrder ofSuccessor(
      ObjectNode body, ApiKey replaced, Instant now, FieldErrors errors) {
    Members members = new Members(body, "", errors);
    members.allow(Set.of("overlap", "exp"));
    JsonNode overlap = members.node("overlap");
    boolean valid =
        overlap == null
            || (overlap.isIntegralNumber()
                && overlap.canConvertToLong()
                && overlap.longValue() >= 0
                && overlap.longValue() <= MAX_OVERLAP);
    if (!valid) {
      members.error("overlap", "must be an integer from 0 to " + MAX_OVERLAP + " (seconds)");
    }
    checkFuture(members, now);
    ObjectNode claims =
        Json.parseObject(replaced.credential().members()).orElseThrow(IllegalStateException::new);
    claims.remove(List.of(ApiKey.MEMBER, "iat", "nbf", "exp", "jti"));
    JsonNode exp = members.node("exp");
    Long end = replaced.credential().validity().exp();
    if (exp != null) {
      claims.set("exp", exp);
    } else if (end != null) {
      claims.put("exp", now.getEpochSecond() + Math.max(1, end - replaced.iat()));
    }
    return new ApiKeyOrder(
        claims, replaced.about().name(), overlap == null || !valid ? 0 : overlap.longValue());
  }

  private static void checkFuture(Members members, Instant now) {
    JsonNode exp = members.node("exp");
    Instant time = exp == null ? null : Members.parseTime(exp);
    if (time != null && !time.isAfter(now)) {
      members.error("exp", "must be in the future");
    }
  }
}
