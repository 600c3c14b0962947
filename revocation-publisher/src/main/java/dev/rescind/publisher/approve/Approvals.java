package dev.rescind.publisher.approve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.config.ApprovalsConfig;
import dev.rescind.publisher.audit.Audit;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for approvals and decides them: by records of the audit, so that each publisher knows of
 * all, also after a restart. What the audit does not take has not happened.
 */
public final class Approvals {
  private static final Logger LOG = LoggerFactory.getLogger(Approvals.class);

  private final ApprovalsConfig config;
  private final ApprovalRegister register;
  private final Audit audit;
  private final LongFunction<Future<Void>> read;
  private final InstantSource clock;
  private final LongAdder brokenGlass = new LongAdder();

  /**
   * @param read completes when the register has read the audit up to an offset
   */
  public Approvals(
      ApprovalsConfig config,
      ApprovalRegister register,
      Audit audit,
      LongFunction<Future<Void>> read,
      InstantSource clock) {
    this.config = config;
    this.register = register;
    this.audit = audit;
    this.read = read;
    this.clock = clock;
  }

  /** Whether every revocation of such a target needs one. */
  public boolean isNeededFor(Target target) {
    return config.includes(target.type());
  }

  /** So many credentials or more need one; null: they need not be counted. */
  public @Nullable Integer threshold() {
    return config.threshold();
  }

  /** Says loudly that somebody did without one. */
  public Future<Void> breakGlass(AuditEvent attempt) {
    brokenGlass.increment();
    LOG.error(
        "Break-glass: {} revokes without approval, from {}: {}",
        attempt.text("actor"),
        attempt.text("address"),
        attempt.members().path("target"));
    return audit.done(
        new AuditEvent(Action.BREAK_GLASS, Outcome.DONE, attempt.members().deepCopy()));
  }

  public long brokenGlass() {
    return brokenGlass.sum();
  }

  /** Whether that caller may ask for another one. */
  public boolean hasRoomFor(String requester) {
    return register.hasRoomFor(requester, clock.instant());
  }

  /**
   * Asks for an approval; gives what is there under that id already, where there is something.
   *
   * @param attempt by whom, from where, of what
   */
  public Future<Optional<Approval>> request(UUID id, AuditEvent attempt, ObjectNode order) {
    Optional<Approval> present = register.find(id);
    if (present.isPresent()) {
      return Future.succeededFuture(present);
    }
    Instant expiresAt = clock.instant().plus(config.expiresAfter()).truncatedTo(ChronoUnit.MILLIS);
    AuditEvent event =
        new AuditEvent(Action.APPROVAL_REQUEST, Outcome.DONE, attempt.members().deepCopy())
            .with("id", id.toString())
            .with("expires_at", expiresAt.toString())
            .with("order", order);
    return audit.decide(event).compose(read::apply).map(done -> register.find(id));
  }

  /** Decides; gives how the approval then stands, whoever was first. */
  public Future<Optional<Approval>> decide(Approval approval, AuditEvent attempt, boolean approve) {
    AuditEvent event =
        attempt
            .as(Outcome.DONE)
            .with("id", approval.id().toString())
            .with("requested_by", approval.requestedBy())
            .with("decision", approve ? "approve" : "reject");
    return audit.decide(event).compose(read::apply).map(done -> register.find(approval.id()));
  }

  public ApprovalRegister register() {
    return register;
  }

  public Instant now() {
    return clock.instant();
  }
}
