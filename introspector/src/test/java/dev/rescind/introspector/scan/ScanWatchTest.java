package dev.rescind.introspector.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ScanWatchTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = WINDOW.dividedBy(ScanWatch.LOOKS);

  private final ScanWatch watch = new ScanWatch(new ScanWatch.Limits(WINDOW, 200, 50));
  private long nanos = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // about to wrap

  /** Lets a caller get so many answers until the next look, some per cent of them unknown. */
  private void answers(String clientId, int answers, int percentUnknown) {
    for (int i = 0; i < answers; i++) {
      watch.answered(clientId, i % 100 < percentUnknown);
    }
  }

  private void look() {
    nanos += BETWEEN_LOOKS.toNanos();
    watch.look(nanos);
  }

  @Test
  void findsACallerThatTriesTokens_atTheNextLook_onceAnEpisode() {
    for (int i = 0; i < 30; i++) {
      answers("scanner", 300, 95);
      look();
      assertThat(watch.suspected()).containsExactly("scanner");
    }
    assertThat(watch.episodes()).isOne();
  }

  /** Of an honest caller's tokens a third may have expired: that is no token that never was. */
  @Test
  void findsNothingInACaller_manyOfWhoseTokensHaveExpired_orSomeAreUnknown() {
    for (int i = 0; i < 30; i++) {
      answers("honest", 700, 0);
      answers("honest", 300, 0); // expired
      answers("mistaken", 1_000, 30);
      look();
      assertThat(watch.suspected()).isEmpty();
    }
  }

  @Test
  void saysNothing_ofTooFewAnswers() {
    for (int i = 0; i < 30; i++) {
      answers("quiet", 19, 100); // 190 in a window
      look();
      assertThat(watch.suspected()).isEmpty();
    }
  }

  @Test
  void findsAScan_thatIsSlow_overTheWholeWindow() {
    for (int i = 0; i < ScanWatch.LOOKS; i++) {
      answers("slow", 21, 100);
      look();
    }

    assertThat(watch.suspected()).containsExactly("slow");
  }

  @Test
  void suspectsACallerNoLonger_onceTheWindowHasPassed_andAnewIfItBeginsAgain() {
    answers("scanner", 300, 100);
    look();
    assertThat(watch.suspected()).containsExactly("scanner");

    for (int i = 0; i <= ScanWatch.LOOKS; i++) {
      look();
    }
    assertThat(watch.suspected()).isEmpty();
    answers("scanner", 300, 100);
    look();
    assertThat(watch.suspected()).containsExactly("scanner");
    assertThat(watch.episodes()).isEqualTo(2);
  }

  @Test
  void remembersACallerNoLonger_thatAsksNothingAnyMore() {
    answers("gone", 300, 0);
    for (int i = 0; i < 3 * ScanWatch.LOOKS; i++) {
      look();
    }

    assertThat(watch.watched()).isZero();
  }

  @Test
  void countsEveryAnswerOnce_thoughItIsLookedAtMeanwhile() throws Exception {
    Thread asking = new Thread(() -> answers("busy", 200_000, 30));
    asking.start();
    while (asking.isAlive()) {
      look();
      assertThat(watch.suspected()).isEmpty();
    }
    asking.join();
  }
}
