package dev.rescind.publisher.approve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A revocation that waits for a second identity, or waited.
 *
 * @param id of the revocation that comes of it, too
 * @param order the revocation, as {@code POST /v1/revocations} takes it; no token is in it
 * @param request a digest of the request's content, where it was repeatable
 * @param decision null while nobody has decided
 */
public record Approval(
    UUID id,
    String requestedBy,
    ObjectNode order,
    @Nullable Fingerprint request,
    Instant requestedAt,
    Instant expiresAt,
    @Nullable Decision decision) {

  /** What a second identity said. */
  public record Decision(boolean approved, String by, Instant at) {}

  /** How it stands. */
  public enum State {
    PENDING,
    APPROVED,
    REJECTED,
    EXPIRED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state(Instant now) {
    if (decision != null) {
      return decision.approved() ? State.APPROVED : State.REJECTED;
    }
    return now.isBefore(expiresAt) ? State.PENDING : State.EXPIRED;
  }

  /** Whether that one identity approved it. */
  public boolean isApprovedBy(String clientId) {
    return decision != null && decision.approved() && decision.by().equals(clientId);
  }

  Approval decided(Decision first) {
    return new Approval(id, requestedBy, order, request, requestedAt, expiresAt, first);
  }
}
