package dev.rescind.publisher.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RefusalsTest {
  private final List<AuditEvent> audit = new ArrayList<>();
  private final Refusals refusals = new Refusals(audit::add);

  private static AuditEvent attempt(String actor) {
    return AuditEvent.of(Action.REVOKE, Outcome.REFUSED).with("actor", actor);
  }

  @Test
  void writesTheFirstOfACallerOneByOne_andCountsTheRest() {
    for (int i = 0; i < 1_000; i++) {
      refusals.refused(attempt("a"), 403);
    }
    refusals.refused(attempt("b"), 403);
    assertThat(audit).hasSize(Refusals.ONE_BY_ONE + 1);
    audit.clear();
    refusals.sum();
    assertThat(audit).hasSize(1);
    assertThat(audit.get(0).text("actor")).isEqualTo("a");
    assertThat(audit.get(0).text("count")).isEqualTo("" + (1_000 - Refusals.ONE_BY_ONE));
    audit.clear();
    refusals.sum();
    assertThat(audit).isEmpty();
  }

  @Test
  void writesOneRecordForEachAddressOfWhomItDoesNotKnow_andOneForAllElsewhere() {
    for (int i = 0; i < 10_000; i++) {
      refusals.unknown("10.0." + i % 100 + ".1", 401);
    }
    assertThat(audit).isEmpty();
    refusals.sum();
    assertThat(audit).hasSize(Refusals.MAX_ADDRESSES + 1);
    assertThat(audit.stream().mapToInt(one -> one.members().path("count").asInt()).sum())
        .isEqualTo(10_000);
  }
}
