package dev.rescind.publisher.apikey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** API keys as {@code /v1/api-keys} shows them: never the key itself, but once. */
public final class ApiKeyView {
  private final ApiKeys keys;

  public ApiKeyView(ApiKeys keys) {
    this.keys = keys;
  }

  /**
   * One key.
   *
   * @param lastUsed null where no use is known
   */
  public ObjectNode of(ApiKey key, @Nullable Instant lastUsed) {
    ObjectNode shown = claims(key);
    ApiKey.About about = key.about();
    shown.put("id", key.fingerprint().toString());
    put(shown, "name", about.name());
    put(shown, "hint", about.hint());
    put(shown, "registered_by", key.credential().binding().registeredBy());
    shown.put("state", keys.state(key).name().toLowerCase(Locale.ROOT));
    if (about.replaces() != null) {
      shown.put("replaces", about.replaces().key().toString());
    }
    keys.register()
        .replacement(key)
        .ifPresent(
            replacement ->
                shown.put("ends_at", Instant.ofEpochSecond(replacement.endsAt()).toString()));
    put(shown, "last_used_at", lastUsed == null ? null : lastUsed.toString());
    return shown;
  }

  /** A key that was just made, and the key itself. */
  public ObjectNode of(ApiKeys.Minted minted) {
    ApiKey key = ApiKey.of(minted.registration().credential()).orElseThrow();
    return of(key, null).put("key", minted.text());
  }

  /** What introspection answers, with times as they are written under {@code /v1}. */
  private static ObjectNode claims(ApiKey key) {
    ObjectNode shown = Json.parseObject(key.credential().members()).orElse(Json.object());
    shown.remove(ApiKey.MEMBER);
    for (String time : List.of("iat", "nbf", "exp")) {
      JsonNode second = shown.get(time);
      if (second != null && second.canConvertToLong()) {
        shown.put(time, Instant.ofEpochSecond(second.longValue()).toString());
      }
    }
    return shown;
  }

  private static void put(ObjectNode shown, String name, @Nullable String value) {
    if (value != null) {
      shown.put(name, value);
    }
  }
}
