package dev.rescind.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Histories made by hand; times are in milliseconds, the bound is 2,000. */
@Timeout(10)
class HistoryCheckerTest {
  private static final long ALWAYS = Long.MAX_VALUE;
  private static final long IAT = 1_000;

  private final List<Operation> history = new ArrayList<>();
  private long id;

  HistoryCheckerTest() {
    history.add(
        new Operation.Known(
            call("p", 0, 10, Outcome.OK),
            "c",
            List.of("token c", "subject as alice", "key k"),
            IAT,
            null));
  }

  private Call call(String node, long invoked, long completed, Outcome outcome) {
    return new Call(++id, 1, node, invoked * 1_000_000, completed * 1_000_000, outcome);
  }

  private void revoke(String name, String place, long cutoff, long invoked, long acked) {
    history.add(
        new Operation.Revoke(
            call("p", invoked, acked, Outcome.OK), name, List.of(place), cutoff, null, 40L));
  }

  private void revoke(String name, long invoked, long acked) {
    revoke(name, "token c", ALWAYS, invoked, acked);
  }

  private void suspend(String name, long invoked, long acked, long ends) {
    history.add(
        new Operation.Revoke(
            call("p", invoked, acked, Outcome.OK),
            name,
            List.of("token c"),
            ALWAYS,
            ends * 1_000_000,
            40L));
  }

  private void revokeOf(String name, Outcome outcome, long invoked, long completed) {
    history.add(
        new Operation.Revoke(
            call("p", invoked, completed, outcome), name, List.of("token c"), null, null, null));
  }

  private void lift(String name, Outcome outcome, long invoked, long completed) {
    history.add(new Operation.Lift(call("p", invoked, completed, outcome), name, null));
  }

  private void ask(String node, long invoked, long completed, boolean active) {
    ask(node, invoked, completed, active, null);
  }

  private void ask(
      String node, long invoked, long completed, boolean active, @Nullable Long atLeast) {
    history.add(
        new Operation.Introspect(
            call(node, invoked, completed, Outcome.OK), "c", active, atLeast, 50L));
  }

  private HistoryReport check() {
    HistoryReport report =
        HistoryChecker.check(history, Duration.ofSeconds(2), Duration.ofSeconds(1));
    List<Operation> backwards = new ArrayList<>(history);
    Collections.reverse(backwards);
    HistoryReport again =
        HistoryChecker.check(backwards, Duration.ofSeconds(2), Duration.ofSeconds(1));
    assertThat(again.isClean()).as("in the other order").isEqualTo(report.isClean());
    return report;
  }

  private void assertViolates(String promise) {
    assertThat(check().violations()).extracting(Violation::promise).containsExactly(promise);
  }

  private void assertClean() {
    assertThat(check().violations()).isEmpty();
  }

  // S1

  @Test
  void active_invokedAfterTheBound_violatesS1_andNamesBothOperations() {
    revoke("r", 100, 110);
    ask("n", 2_111, 2_112, true);

    HistoryReport report = check();
    assertThat(report.violations()).extracting(Violation::promise).containsExactly("S1");
    assertThat(report.violations().get(0).proof()).isEqualTo(history.subList(1, 3));
  }

  @Test
  void active_invokedAtTheBound_isAllowed_howeverLateItCompletes() {
    revoke("r", 100, 110);
    ask("n", 2_110, 9_000, true);
    assertClean();
  }

  @Test
  void theBoundCountsFromTheEarliestAcknowledgementOfAnyCoveringRevocation() {
    revoke("late", 3_000, 3_010);
    revoke("early", "subject as alice", IAT, 100, 110);
    ask("n", 2_200, 2_201, true);
    assertViolates("S1");
  }

  @Test
  void aCutoffBeforeTheCredentialWasIssued_andAnothersTarget_coverNothing() {
    revoke("before", "subject as alice", IAT - 1, 100, 110);
    revoke("other", "token d", ALWAYS, 100, 110);
    ask("n", 9_000, 9_001, true);
    assertClean();
  }

  @Test
  void aCredentialWithoutIatIsCoveredByAnyCutoff() {
    history.add(
        new Operation.Known(call("p", 0, 10, Outcome.OK), "d", List.of("token d"), null, null));
    revoke("r", "token d", 1, 100, 110);
    history.add(
        new Operation.Introspect(call("n", 3_000, 3_001, Outcome.OK), "d", true, null, null));
    assertViolates("S1");
  }

  @Test
  void anUnknownOrRefusedRevocationForcesNothing() {
    revokeOf("unknown", Outcome.UNKNOWN, 100, 5_000);
    revokeOf("refused", Outcome.REFUSED, 100, 110);
    ask("n", 9_000, 9_001, true);
    assertClean();
  }

  @Test
  void aLiftLetsGoAsSoonAsItIsInvoked_alsoIfUnknown() {
    revoke("r", 100, 110);
    lift("r", Outcome.UNKNOWN, 5_000, 9_000);
    ask("n", 4_990, 5_001, true);
    ask("n", 5_010, 5_011, true);
    assertClean();
  }

  @Test
  void aRefusedLiftEndsNothing() {
    revoke("r", 100, 110);
    lift("r", Outcome.REFUSED, 5_000, 5_010);
    ask("n", 9_000, 9_001, true);
    assertViolates("S1");
  }

  @Test
  void aLiftOfOneRevocationLeavesTheOtherInForce() {
    revoke("r", 100, 110);
    revoke("q", 200, 210);
    lift("r", Outcome.OK, 3_000, 3_010);
    ask("n", 9_000, 9_001, true);
    assertViolates("S1");
  }

  @Test
  void aSuspensionHoldsUntilItsEnd_andNoLonger() {
    suspend("r", 100, 110, 10_000);
    ask("n", 10_500, 10_501, true);
    assertClean();
    ask("n", 8_000, 8_001, true);
    assertViolates("S1");
  }

  // S2

  @Test
  void active_thoughThePositionOfTheRevocationWasSent_violatesS2_withinTheBoundToo() {
    revoke("r", 100, 110);
    ask("n", 120, 121, true, 40L);
    assertViolates("S2");
  }

  @Test
  void active_withAnEarlierPosition_isAllowedWithinTheBound() {
    revoke("r", 100, 110);
    ask("n", 120, 121, true, 39L);
    assertClean();
  }

  @Test
  void aLaterPositionOfALiftedRevocationForcesNothing() {
    revoke("r", 100, 110);
    lift("r", Outcome.OK, 115, 118);
    ask("n", 120, 121, true, 41L);
    assertClean();
  }

  // S3

  @Test
  void activeAfterInactive_onTheSameNode_violatesS3_withinTheBoundToo() {
    revoke("r", 100, 110);
    ask("n", 120, 121, false);
    ask("n", 122, 123, true);
    assertViolates("S3");
  }

  @Test
  void activeAfterInactive_becauseOfAnUnknownRevocation_violatesS3() {
    revokeOf("r", Outcome.UNKNOWN, 100, 5_000);
    ask("n", 120, 121, false);
    ask("n", 122, 123, true);
    assertViolates("S3");
  }

  @Test
  void activeAfterInactive_onAnotherNode_isAllowedWithinTheBound() {
    revoke("r", 100, 110);
    ask("n", 120, 121, false);
    ask("m", 122, 123, true);
    assertClean();
  }

  @Test
  void activeInvokedBeforeTheInactiveAnswerCompleted_isConcurrent() {
    revoke("r", 100, 110);
    ask("n", 120, 125, false);
    ask("n", 125, 130, true);
    assertClean();
  }

  @Test
  void activeAfterInactive_isAllowedOnceTheCauseMayHaveEnded() {
    revoke("r", 100, 110);
    ask("n", 120, 121, false);
    lift("r", Outcome.OK, 130, 131);
    ask("n", 129, 131, true);
    ask("n", 140, 141, true);
    assertClean();
  }

  @Test
  void activeAfterInactive_isAllowedWhileAnyPossibleCauseMayHaveEnded() {
    revoke("r", 100, 110);
    revoke("q", 100, 110);
    ask("n", 120, 121, false); // perhaps because of r alone
    lift("r", Outcome.OK, 130, 131);
    ask("n", 140, 141, true);
    assertClean();
  }

  @Test
  void anInactiveAnswerAfterTheLiftIsBecauseOfTheOther() {
    revoke("r", 100, 110);
    revoke("q", "key k", ALWAYS, 8_000, 8_001);
    lift("r", Outcome.OK, 130, 131);
    ask("n", 8_002, 8_003, false);
    ask("n", 8_004, 8_005, true);
    assertViolates("S3");
  }

  // S5

  @Test
  void inactive_withoutARevocation_violatesS5() {
    ask("n", 20, 21, false);
    assertViolates("S5");
  }

  @Test
  void inactive_completedBeforeTheRevocationWasInvoked_violatesS5() {
    revoke("r", 100, 110);
    ask("n", 90, 100, false);
    assertViolates("S5");
  }

  @Test
  void inactive_whileTheRevocationIsUnderWay_isAllowed() {
    revoke("r", 100, 110);
    ask("n", 90, 101, false);
    assertClean();
  }

  @Test
  void inactive_becauseOfAnUnknownRevocation_isAllowedForEver_butNotOfARefusedOne() {
    revokeOf("r", Outcome.UNKNOWN, 100, 5_000);
    ask("n", 900_000, 900_001, false);
    assertClean();
    history.remove(history.size() - 2);
    revokeOf("r", Outcome.REFUSED, 100, 5_000);
    assertViolates("S5");
  }

  @Test
  void inactive_isAllowedUntilOneBoundAfterTheLiftWasAcknowledged_andNoLonger() {
    revoke("r", 100, 110);
    lift("r", Outcome.OK, 3_000, 3_010);
    ask("n", 5_010, 5_011, false);
    assertClean();
    ask("n", 5_011, 5_012, false);
    assertViolates("S5");
  }

  @Test
  void inactive_isAllowedForEverWhereTheLiftIsUnknown() {
    revoke("r", 100, 110);
    lift("r", Outcome.UNKNOWN, 3_000, 3_010);
    ask("n", 90_000, 90_001, false);
    assertClean();
  }

  @Test
  void inactive_afterASuspensionSurelyEnded_violatesS5() {
    suspend("r", 100, 110, 10_000);
    ask("n", 11_000, 11_001, false);
    assertClean();
    ask("n", 11_001, 11_002, false);
    assertViolates("S5");
  }

  @Test
  void inactive_ofACredentialThatMayNotBeKnownYet_orHasEnded_isAllowed() {
    history.add(
        new Operation.Known(
            call("p", 100, 200, Outcome.OK), "d", List.of("token d"), null, 9_000_000_000L));
    history.add(new Operation.Introspect(call("n", 150, 250, Outcome.OK), "d", false, null, null));
    history.add(
        new Operation.Introspect(call("n", 8_500, 8_501, Outcome.OK), "d", false, null, null));
    assertClean();
    history.add(new Operation.Introspect(call("n", 300, 301, Outcome.OK), "d", false, null, null));
    assertViolates("S5");
  }

  // What it reports besides.

  @Test
  void stalenessIsMeasuredFromTheAcknowledgement_perNode() {
    revoke("r", 100, 110);
    ask("n", 105, 106, true);
    ask("n", 113, 114, true);
    ask("n", 115, 117, false);
    ask("m", 90, 91, true);
    ask("m", 100, 105, false);

    HistoryReport.Staleness staleness = check().staleness();
    assertThat(staleness.lastActive().toArray()).containsExactly(0, 3_000_000);
    assertThat(staleness.firstInactive().toArray()).containsExactly(0, 7_000_000);
  }

  @Test
  void whatIsNotAnAnswerIsCountedAndNeverAViolation() {
    revoke("r", 100, 110);
    ask("n", 20, 21, true);
    ask("n", 120, 121, false);
    history.add(
        new Operation.Introspect(call("n", 9_000, 9_001, Outcome.REFUSED), "c", null, null, null));
    history.add(
        new Operation.Introspect(call("n", 9_000, 9_001, Outcome.UNKNOWN), "c", null, null, null));

    assertThat(check().violations()).isEmpty();
    assertThat(check().counts()).isEqualTo(new HistoryReport.Counts(1, 1, 0, 0, 1, 1, 1, 1));
  }

  @Test
  void aFactAfterIntrospectionsIsRefused() {
    HistoryChecker checker = new HistoryChecker(Duration.ofSeconds(2), Duration.ZERO);
    checker.accept(new Operation.Introspect(call("n", 1, 2, Outcome.OK), "c", true, null, null));
    assertThatThrownBy(() -> checker.accept(history.get(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theFirstViolationsAreKeptAndAllAreCounted() {
    revoke("r", 100, 110);
    for (int i = 0; i < 1_000; i++) {
      ask("n", 3_000 + i, 3_001 + i, true);
    }
    HistoryReport report = check();
    assertThat(report.violated()).isEqualTo(1_000);
    assertThat(report.violations()).hasSizeLessThan(100);
  }
}
