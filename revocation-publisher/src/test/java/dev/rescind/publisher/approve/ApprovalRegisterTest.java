package dev.rescind.publisher.approve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.audit.AuditChain;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.audit.AuditRecord;
import dev.rescind.platform.json.Json;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ApprovalRegisterTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant EXPIRES = START.plusSeconds(60);
  private static final UUID ID = new UUID(1, 2);

  private final ApprovalRegister register = new ApprovalRegister();

  private void apply(AuditEvent event, Instant at) {
    register.apply(
        new AuditRecord(
            new AuditRecord.Link(new UUID(0, 0), 1, null, AuditChain.Head.EMPTY), at, event));
  }

  private void request(UUID id, String actor) {
    apply(
        AuditEvent.of(Action.APPROVAL_REQUEST, Outcome.DONE)
            .with("id", id.toString())
            .with("actor", actor)
            .with("expires_at", EXPIRES.toString())
            .with("order", Json.object()),
        START);
  }

  private void decide(String actor, String decision, Instant at, Outcome outcome) {
    apply(
        AuditEvent.of(Action.APPROVAL_DECISION, outcome)
            .with("id", ID.toString())
            .with("actor", actor)
            .with("decision", decision),
        at);
  }

  private Approval.State state(Instant now) {
    return register.find(ID).orElseThrow().state(now);
  }

  @Test
  void isApprovedByASecondIdentity() {
    request(ID, "a");
    assertThat(state(START)).isEqualTo(Approval.State.PENDING);
    decide("b", "approve", START, Outcome.DONE);
    assertThat(state(START)).isEqualTo(Approval.State.APPROVED);
    assertThat(register.find(ID).orElseThrow().isApprovedBy("b")).isTrue();
  }

  @Test
  void isNotDecidedByWhoAskedForIt_norByNobody() {
    request(ID, "a");
    decide("a", "approve", START, Outcome.DONE);
    decide("", "approve", START, Outcome.DONE);
    assertThat(state(START)).isEqualTo(Approval.State.PENDING);
  }

  @Test
  void isDecidedByTheFirst_whateverOthersSayLater() {
    request(ID, "a");
    decide("b", "reject", START, Outcome.DONE);
    decide("c", "approve", START, Outcome.DONE);
    assertThat(state(START)).isEqualTo(Approval.State.REJECTED);
  }

  @Test
  void isNotDecidedByAnAttemptThatWasRefused_norAfterItHasExpired() {
    request(ID, "a");
    decide("b", "approve", START, Outcome.REFUSED);
    decide("b", "approve", EXPIRES, Outcome.DONE);
    assertThat(state(START)).isEqualTo(Approval.State.PENDING);
    assertThat(state(EXPIRES)).isEqualTo(Approval.State.EXPIRED);
  }

  @Test
  void staysTheFirstOfItsId() {
    request(ID, "a");
    request(ID, "b");
    assertThat(register.find(ID).orElseThrow().requestedBy()).isEqualTo("a");
  }

  @Test
  void oneRequesterCannotTakeAllTheRoom() {
    for (int i = 0; i < 2 * ApprovalRegister.MAX_PENDING_OF_ONE; i++) {
      request(new UUID(3, i), "a");
    }
    assertThat(register.list()).hasSize(ApprovalRegister.MAX_PENDING_OF_ONE);
    assertThat(register.hasRoomFor("a", START)).isFalse();
    assertThat(register.hasRoomFor("b", START)).isTrue();
    assertThat(register.hasRoomFor("a", EXPIRES)).isTrue();
  }
}
