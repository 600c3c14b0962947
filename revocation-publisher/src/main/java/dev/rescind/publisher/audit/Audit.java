package dev.rescind.publisher.audit;

import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import io.vertx.core.Future;

/** What is told of changes and attempts, by everything that lets callers change something. */
public final class Audit {
  private final AuditTrail trail;
  private final Refusals refusals;

  public Audit(AuditTrail trail, Refusals refusals) {
    this.trail = trail;
    this.refusals = refusals;
  }

  /** Says what is about to be done; fails, and then it must not be done. Gives the offset. */
  public Future<Long> intend(AuditEvent event) {
    return trail.append(event.as(Outcome.INTENDED));
  }

  /** Says what was done; does not fail, for it was done. */
  public Future<Void> done(AuditEvent event) {
    return trail.note(event.as(Outcome.DONE));
  }

  /** Says what was done, or decided, and must be in the audit to count. Gives the offset. */
  public Future<Long> decide(AuditEvent event) {
    return trail.append(event.as(Outcome.DONE));
  }

  /** Says that a known caller was refused. */
  public void refused(AuditEvent event, int status) {
    refusals.refused(event.as(Outcome.REFUSED), status);
  }

  /** Says that something could not be done. */
  public void failed(AuditEvent event) {
    var unused = trail.note(event.as(Outcome.FAILED));
  }

  /** Says that somebody did not prove who it is. */
  public void unknown(String address, int status) {
    refusals.unknown(address, status);
  }
}
