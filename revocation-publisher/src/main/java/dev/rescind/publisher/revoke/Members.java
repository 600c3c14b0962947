package dev.rescind.publisher.revoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one JSON object of a request, taking note of everything wrong. A member that
 * is null counts as absent.
 */
public final class Members {
  /** No text member is longer than this, in characters. */
  public static final int MAX_TEXT = 1_024;

  private static final long MAX_SECOND = 253_402_300_799L; // 9999-12-31T23:59:59Z

  private final ObjectNode object;
  private final String path;
  private final FieldErrors errors;

  public Members(ObjectNode object, String path, FieldErrors errors) {
    this.object = object;
    this.path = path;
    this.errors = errors;
  }

  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public void error(String name, String message) {
    errors.add(path(name), message);
  }

  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Refuses every member but these. */
  public void allow(Set<String> names) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                // The name is the caller's own text: it is shown only where it is a plain one.
                boolean plain = name.matches("[A-Za-z0-9_#.-]{1,64}");
                errors.add(path(plain ? name : "?"), "unknown member");
              }
            });
  }

  public @Nullable JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  public @Nullable String text(String name) {
    return text(name, MAX_TEXT);
  }

  /** A text of 1 to {@code max} characters. */
  public @Nullable String text(String name, int max) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    if (!node.isTextual() || node.textValue().isEmpty() || node.textValue().length() > max) {
      error(name, "must be a text of 1 to " + max + " characters");
      return null;
    }
    return node.textValue();
  }

  public @Nullable String requiredText(String name) {
    if (!has(name)) {
      error(name, "is required");
      return null;
    }
    return text(name);
  }

  /** A SHA-256 digest or thumbprint. */
  public @Nullable Fingerprint digest(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    Fingerprint parsed = Fingerprint.parseThumbprint(text).orElse(null);
    if (parsed == null) {
      error(name, "must be a SHA-256 digest in base64url without padding, 43 characters");
    }
    return parsed;
  }

  /** A time: whole seconds since the epoch, or RFC 3339. */
  public @Nullable Instant time(String name) {
    JsonNode node = node(name);
    if (node == null) {
      return null;
    }
    Instant time = parseTime(node);
    if (time == null) {
      error(name, "must be a time: seconds since 1970 as an integer, or RFC 3339");
    }
    return time;
  }

  /** Parses either form of a time; null where it is neither. */
  public static @Nullable Instant parseTime(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      long second = node.longValue();
      return second >= 0 && second <= MAX_SECOND ? Instant.ofEpochSecond(second) : null;
    }
    return node.isTextual() ? parseTime(node.textValue()) : null;
  }

  /** Parses RFC 3339; null for anything else. */
  public static @Nullable Instant parseTime(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return time.getEpochSecond() >= 0 && time.getEpochSecond() <= MAX_SECOND ? time : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
