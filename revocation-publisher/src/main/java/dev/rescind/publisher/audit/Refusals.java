package dev.rescind.publisher.audit;

import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Attempts that were refused, so that whoever makes many cannot fill the audit: of each caller,
 * action and status the first few a minute are records of their own, and what is more, like all
 * failed authentication, is counted in one record a minute.
 */
public final class Refusals {
  static final int ONE_BY_ONE = 10;
  static final int MAX_KINDS = 500;
  static final int MAX_ADDRESSES = 20;
  private static final String ELSEWHERE = "elsewhere";

  private record Kind(Action action, int status, String actor, String address) {}

  private final Consumer<AuditEvent> audit;
  private final Map<Kind, Integer> counts = new LinkedHashMap<>();
  private int addresses;

  /**
   * @param audit appends without waiting
   */
  public Refusals(Consumer<AuditEvent> audit) {
    this.audit = audit;
  }

  /** A known caller was not let do it. */
  public void refused(AuditEvent event, int status) {
    Kind kind = new Kind(event.action(), status, event.text("actor"), "");
    if (count(kind) <= ONE_BY_ONE) {
      audit.accept(event.with("status", status));
    }
  }

  /** Somebody did not prove who it is. */
  public void unknown(String address, int status) {
    synchronized (this) {
      Kind kind = new Kind(Action.AUTHENTICATE, status, "", address);
      if (!counts.containsKey(kind)) {
        if (addresses < MAX_ADDRESSES) {
          addresses++;
        } else {
          kind = new Kind(Action.AUTHENTICATE, status, "", ELSEWHERE);
        }
      }
      counts.merge(kind, 1, Integer::sum);
    }
  }

  private synchronized int count(Kind kind) {
    return counts.size() < MAX_KINDS || counts.containsKey(kind)
        ? counts.merge(kind, 1, Integer::sum)
        : Integer.MAX_VALUE;
  }

  /** Writes down what was only counted, and begins anew; to be called each minute. */
  public void sum() {
    Map<Kind, Integer> counted;
    synchronized (this) {
      counted = new LinkedHashMap<>(counts);
      counts.clear();
      addresses = 0;
    }
    counted.forEach(
        (kind, count) -> {
          int more = kind.action() == Action.AUTHENTICATE ? count : count - ONE_BY_ONE;
          if (more > 0) {
            audit.accept(
                AuditEvent.of(kind.action(), Outcome.REFUSED)
                    .with("actor", kind.actor().isEmpty() ? null : kind.actor())
                    .with("address", kind.address().isEmpty() ? null : kind.address())
                    .with("status", kind.status())
                    .with("count", more));
          }
        });
  }
}
