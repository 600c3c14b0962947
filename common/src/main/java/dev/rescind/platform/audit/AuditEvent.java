package dev.rescind.platform.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done, or attempted: an action and what it came to, and of who, what and why
 * the members that there are. No member is made for a secret; a target is shown as {@code
 * /v1/revocations} shows it, a token by its fingerprint.
 */
public record AuditEvent(Action action, Outcome outcome, ObjectNode members) {
  /** What was done. */
  public enum Action {
    START,
    REVOKE,
    LIFT,
    REGISTER,
    BREAK_GLASS,
    APPROVAL_REQUEST,
    APPROVAL_DECISION,
    AUTHENTICATE,
    API_KEY,
    RELOAD,
    OTHER
  }

  /** What it came to. */
  public enum Outcome {
    /** It is about to be done: whether it was, a later record says, or the log. */
    INTENDED,
    DONE,
    REFUSED,
    /** It could not be done, or whether it was is not known. */
    FAILED
  }

  /** No text is longer than this, in characters. */
  public static final int MAX_TEXT = 1_024;

  private static final Set<String> TEXTS =
      Set.of(
          "actor", "address", "id", "reason", "decision", "requested_by", "expires_at", "detail");
  private static final Set<String> NUMBERS = Set.of("status", "count");
  private static final Set<String> OBJECTS = Set.of("target", "order");

  public static AuditEvent of(Action action, Outcome outcome) {
    return new AuditEvent(action, outcome, Json.object());
  }

  /** The same, come to something else; what is added to one is not added to the other. */
  public AuditEvent as(Outcome other) {
    return new AuditEvent(action, other, members.deepCopy());
  }

  /** The same with a text, where there is one; of a longer one, what fits. */
  public AuditEvent with(String name, @Nullable String text) {
    if (text != null && TEXTS.contains(name)) {
      members.put(name, text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
    }
    return this;
  }

  public AuditEvent with(String name, long number) {
    if (NUMBERS.contains(name)) {
      members.put(name, number);
    }
    return this;
  }

  public AuditEvent with(String name, @Nullable ObjectNode object) {
    if (object != null && OBJECTS.contains(name)) {
      members.set(name, object);
    }
    return this;
  }

  /** The text of that name; empty where there is none. */
  public String text(String name) {
    return members.path(name).asText("");
  }

  /** Whether every member is one that an event can have, and of its kind. */
  static boolean isMember(Map.Entry<String, JsonNode> member) {
    JsonNode value = member.getValue();
    if (TEXTS.contains(member.getKey())) {
      return value.isTextual() && value.textValue().length() <= MAX_TEXT;
    }
    if (NUMBERS.contains(member.getKey())) {
      return value.isIntegralNumber() && value.canConvertToLong();
    }
    return OBJECTS.contains(member.getKey()) && value.isObject();
  }
}
