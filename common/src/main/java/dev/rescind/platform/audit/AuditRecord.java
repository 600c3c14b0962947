package dev.rescind.platform.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit: an event, when it was, and where the record stands. Its text is one JSON
 * object without white space, the members of every object in order, so that it has one spelling.
 */
public record AuditRecord(Link link, Instant at, AuditEvent event) {
  /** No line is longer than this, in characters. */
  public static final int MAX_LINE = 16 * 1024;

  private static final int VERSION = 1;

  /**
   * Where a record stands.
   *
   * @param writer one life of one publisher
   * @param seq counts the writer's records from 1
   * @param prev SHA-256 of the text of the writer's record before; null for its first
   * @param read all records, of whatever writer, that the writer had read by then
   */
  public record Link(UUID writer, long seq, @Nullable Fingerprint prev, AuditChain.Head read) {}

  /**
   * The record's line.
   *
   * @throws IllegalArgumentException when it is longer than a line may be
   */
  public String text() {
    ObjectNode object = event.members().deepCopy();
    object.put("v", VERSION);
    object.put("action", event.action().name().toLowerCase(Locale.ROOT));
    object.put("outcome", event.outcome().name().toLowerCase(Locale.ROOT));
    object.put("at", at.toString());
    object.put("writer", link.writer().toString());
    object.put("seq", link.seq());
    if (link.prev() != null) {
      object.put("prev", link.prev().toString());
    }
    object.put("records", link.read().records());
    object.put("head", link.read().digest().toString());
    String text = Json.canonical(object);
    if (text.length() > MAX_LINE) {
      throw new IllegalArgumentException("an audit record has at most " + MAX_LINE + " characters");
    }
    return text;
  }

  /** The record that a line spells; empty where it spells none, or not in the one spelling. */
  public static Optional<AuditRecord> parse(String line) {
    if (line.length() > MAX_LINE) {
      return Optional.empty();
    }
    return Json.parseObject(line)
        .flatMap(AuditRecord::of)
        .filter(record -> record.text().equals(line));
  }

  private static Optional<AuditRecord> of(ObjectNode object) {
    try {
      if (take(object, "v").asInt() != VERSION) {
        return Optional.empty();
      }
      var action = AuditEvent.Action.valueOf(upper(take(object, "action")));
      var outcome = AuditEvent.Outcome.valueOf(upper(take(object, "outcome")));
      Instant at = Instant.parse(take(object, "at").asText());
      UUID writer = UUID.fromString(take(object, "writer").asText());
      long seq = take(object, "seq").asLong();
      JsonNode prev = object.remove("prev");
      Fingerprint before =
          prev == null ? null : Fingerprint.parse(prev.asText()).orElseThrow(Unreadable::new);
      AuditChain.Head read =
          new AuditChain.Head(
              take(object, "records").asLong(),
              Fingerprint.parse(take(object, "head").asText()).orElseThrow(Unreadable::new));
      return seq > 0 && object.properties().stream().allMatch(AuditEvent::isMember)
          ? Optional.of(
              new AuditRecord(
                  new Link(writer, seq, before, read), at, new AuditEvent(action, outcome, object)))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static final class Unreadable extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
  }

  private static JsonNode take(ObjectNode object, String name) {
    JsonNode node = object.remove(name);
    if (node == null) {
      throw new Unreadable();
    }
    return node;
  }

  private static String upper(JsonNode node) {
    return node.asText().toUpperCase(Locale.ROOT);
  }
}
