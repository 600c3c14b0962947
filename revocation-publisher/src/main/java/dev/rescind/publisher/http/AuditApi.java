package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.log.MacKeys;
import dev.rescind.platform.audit.AuditChain;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditFrame;
import dev.rescind.platform.audit.AuditRecord;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.kafka.AuditReader;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/audit}: its records, oldest first, and whether all is there as it was written. For
 * callers that see all issuers.
 */
final class AuditApi {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_FAULTS = 100;

  /** A page is what was found by then. */
  private static final Duration PAGE_LIMIT = Duration.ofSeconds(2);

  private static final Duration VERIFICATION_LIMIT = Duration.ofSeconds(20);

  private final AuditReader reader;
  private final MacKeys keys;
  private final Supplier<String> position;

  /**
   * @param position for the answers' headers
   */
  AuditApi(AuditReader reader, MacKeys keys, Supplier<String> position) {
    this.reader = reader;
    this.keys = keys;
    this.position = position;
  }

  /**
   * Where a page begins.
   *
   * @param line of the lines that were written at once
   */
  private record Cursor(long offset, int line) {
    static @Nullable Cursor parse(String text) {
      if (!text.matches("[0-9]{1,18}\\.[0-9]{1,2}")) {
        return null;
      }
      int dot = text.indexOf('.');
      return new Cursor(
          Long.parseLong(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
    }

    @Override
    public String toString() {
      return offset + "." + line;
    }
  }

  private record Wanted(Instant since, String actor, String action) {
    boolean is(AuditRecord record) {
      return !record.at().isBefore(since)
          && (actor.isEmpty() || actor.equals(record.event().text("actor")))
          && (action.isEmpty()
              || action.equals(record.event().action().name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Fills a page. */
  private final class Page implements AuditReader.Visitor {
    private final Cursor from;
    private final Wanted wanted;
    private final int limit;
    private final ArrayNode items;
    private @Nullable Cursor next;

    Page(Cursor from, Wanted wanted, int limit, ArrayNode items) {
      this.from = from;
      this.wanted = wanted;
      this.limit = limit;
      this.items = items;
    }

    @Override
    public boolean visit(long offset, byte @Nullable [] value) {
      List<String> lines = AuditFrame.lines(value, keys).orElse(List.of());
      int line = offset == from.offset() ? from.line() : 0;
      for (; line < lines.size(); line++) {
        if (items.size() >= limit) {
          next = new Cursor(offset, line);
          return false;
        }
        String text = lines.get(line);
        if (AuditRecord.parse(text).filter(wanted::is).isPresent()) {
          Json.parseObject(text).ifPresent(items::add);
        }
      }
      next = new Cursor(offset + 1, 0);
      return true;
    }
  }

  /** {@code GET /v1/audit}. */
  Future<Void> list(Exchange exchange) throws Problem {
    requireAudit(exchange);
    FieldErrors errors = new FieldErrors();
    Map<String, String> query =
        exchange.query(Set.of("since", "actor", "action", "limit", "cursor"), errors);
    Integer limit =
        QueryValues.number(query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)), MAX_LIMIT);
    if (limit == null) {
      errors.add("limit", "must be an integer from 1 to " + MAX_LIMIT);
    }
    Instant since = QueryValues.since(query.get("since"), errors);
    Cursor from = Cursor.parse(query.getOrDefault("cursor", "0.0"));
    if (from == null) {
      errors.add("cursor", "must be the next of an earlier answer");
    }
    String action = query.getOrDefault("action", "");
    if (!action.isEmpty() && !isAction(action)) {
      errors.add("action", "must be an action of the audit");
    }
    if (!errors.isEmpty() || limit == null || from == null) {
      throw Problem.unprocessable(errors);
    }
    ObjectNode answer = Json.object();
    Page page =
        new Page(
            from,
            new Wanted(since, query.getOrDefault("actor", ""), action),
            limit,
            answer.putArray("items"));
    return reader
        .read(from.offset(), since.equals(Instant.EPOCH) ? null : since, PAGE_LIMIT, page)
        .compose(
            extent -> {
              if (!extent.complete()) {
                answer.put("next", String.valueOf(page.next == null ? from : page.next));
              }
              return exchange.answer(200, position.get(), answer);
            });
  }

  private static boolean isAction(String text) {
    return Arrays.stream(AuditEvent.Action.values())
        .anyMatch(one -> one.name().toLowerCase(Locale.ROOT).equals(text));
  }

  /** Reads all of the audit, and takes note of what is wrong. */
  private final class Verification implements AuditReader.Visitor {
    private final AuditChain chain = new AuditChain();
    private final AuditChain.@Nullable Head anchor;
    private final ArrayNode faults;
    private boolean intact = true;
    private boolean anchored;

    Verification(AuditChain.@Nullable Head anchor, ArrayNode faults) {
      this.anchor = anchor;
      this.faults = faults;
      this.anchored = chain.head().equals(anchor);
    }

    @Override
    public boolean visit(long offset, byte @Nullable [] value) {
      Optional<List<String>> lines = AuditFrame.lines(value, keys);
      if (lines.isEmpty()) {
        found(offset, AuditChain.Fault.NOT_AUTHENTIC);
        return true;
      }
      for (String line : lines.get()) {
        AuditChain.Fault fault = chain.accept(line).fault();
        if (fault != null) {
          found(offset, fault);
        }
        anchored |= chain.head().equals(anchor);
      }
      return true;
    }

    private void found(long offset, AuditChain.Fault fault) {
      intact = false;
      if (faults.size() < MAX_FAULTS) {
        faults
            .addObject()
            .put("offset", offset)
            .put("records", chain.head().records())
            .put("fault", fault.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** {@code GET /v1/audit/verification}. */
  Future<Void> verify(Exchange exchange) throws Problem {
    requireAudit(exchange);
    FieldErrors errors = new FieldErrors();
    Map<String, String> query = exchange.query(Set.of("records", "head"), errors);
    String records = query.get("records");
    String head = query.get("head");
    AuditChain.Head anchor = null;
    if (records != null || head != null) {
      Optional<Fingerprint> digest = Fingerprint.parse(head == null ? "" : head);
      if (digest.isEmpty() || records == null || !records.matches("[0-9]{1,18}")) {
        errors.add("head", "must be a digest, beside records, how many it is of");
      } else {
        anchor = new AuditChain.Head(Long.parseLong(records), digest.get());
      }
    }
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    ObjectNode answer = Json.object();
    boolean anchors = anchor != null;
    Verification verification = new Verification(anchor, Json.object().putArray("faults"));
    return reader
        .read(0, null, VERIFICATION_LIMIT, verification)
        .compose(
            extent -> {
              AuditChain.Head end = verification.chain.head();
              answer.put("intact", verification.intact && extent.start() == 0);
              answer.put("complete", extent.complete());
              answer.put("records", end.records()).put("head", end.digest().toString());
              if (anchors) {
                answer.put("anchored", verification.anchored);
              }
              answer.set("faults", verification.faults);
              return exchange.answer(200, position.get(), answer);
            });
  }

  private static void requireAudit(Exchange exchange) throws Problem {
    exchange.require(Right.AUDIT);
    if (exchange.caller().limits().issuers() != null) {
      throw Problem.forbidden(Right.AUDIT.wireName());
    }
  }
}
