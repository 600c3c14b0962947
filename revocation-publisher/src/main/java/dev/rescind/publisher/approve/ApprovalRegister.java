package dev.rescind.publisher.approve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.audit.AuditRecord;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Approvals as the audit has them: the same on every publisher that has read as much. The first
 * decision counts that is another's than the requester's and came in time.
 */
public final class ApprovalRegister {
  /** So many wait at most, and of one requester. */
  static final int MAX_PENDING = 1_000;

  static final int MAX_PENDING_OF_ONE = 100;

  /** What was decided, or has expired, is shown for so long. */
  static final Duration KEPT = Duration.ofDays(1);

  private final Map<UUID, Approval> approvals = new LinkedHashMap<>();

  /** To be given every record of the audit, in order. */
  public synchronized void apply(AuditRecord record) {
    AuditEvent event = record.event();
    if (event.outcome() != Outcome.DONE) {
      return;
    }
    if (event.action() == Action.APPROVAL_REQUEST) {
      requested(record);
    } else if (event.action() == Action.APPROVAL_DECISION) {
      decided(record);
    }
  }

  private void requested(AuditRecord record) {
    forget(record.at());
    AuditEvent event = record.event();
    try {
      UUID id = UUID.fromString(event.text("id"));
      Instant expiresAt = Instant.parse(event.text("expires_at"));
      if (event.members().get("order") instanceof ObjectNode order
          && hasRoomFor(event.text("actor"), record.at())) {
        approvals.putIfAbsent(
            id,
            new Approval(
                id,
                event.text("actor"),
                order,
                Fingerprint.parse(event.text("detail")).orElse(null),
                record.at(),
                expiresAt,
                null));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      // No publisher writes that.
    }
  }

  private void decided(AuditRecord record) {
    AuditEvent event = record.event();
    try {
      approvals.computeIfPresent(
          UUID.fromString(event.text("id")),
          (id, approval) ->
              approval.state(record.at()) == Approval.State.PENDING
                      && !event.text("actor").equals(approval.requestedBy())
                      && !event.text("actor").isEmpty()
                  ? approval.decided(
                      new Approval.Decision(
                          event.text("decision").equals("approve"),
                          event.text("actor"),
                          record.at()))
                  : approval);
    } catch (IllegalArgumentException e) {
      // No publisher writes that.
    }
  }

  private void forget(Instant now) {
    approvals
        .values()
        .removeIf(
            one -> {
              Approval.Decision decision = one.decision();
              Instant over = decision == null ? one.expiresAt() : decision.at();
              return over.plus(KEPT).isBefore(now);
            });
  }

  /** Whether that caller may ask for another approval. */
  public synchronized boolean hasRoomFor(String requester, Instant now) {
    int pending = 0;
    int own = 0;
    for (Approval one : approvals.values()) {
      if (one.state(now) == Approval.State.PENDING) {
        pending++;
        own += one.requestedBy().equals(requester) ? 1 : 0;
      }
    }
    return pending < MAX_PENDING && own < MAX_PENDING_OF_ONE && approvals.size() < 10 * MAX_PENDING;
  }

  public synchronized Optional<Approval> find(UUID id) {
    return Optional.ofNullable(approvals.get(id));
  }

  /** All that are known, the newest first. */
  public synchronized List<Approval> list() {
    List<Approval> all = new ArrayList<>(approvals.values());
    Collections.reverse(all);
    return all;
  }
}
