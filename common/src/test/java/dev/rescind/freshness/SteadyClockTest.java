package dev.rescind.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SteadyClockTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private final SteadyClock clock = new SteadyClock();

  /** The monotonic clock, which may begin anywhere, and overflow. */
  private long nanos = Long.MAX_VALUE - 5_000_000_000L;

  private long wall = 1_800_000_000_000L;

  private boolean after(long millis) {
    nanos += millis * 1_000_000;
    wall += millis;
    return clock.look(nanos, wall);
  }

  /** Whether it was trusted at every look, one each second. */
  private boolean throughout(long millis) {
    boolean trusted = true;
    for (long passed = 0; passed < millis; passed += SECOND) {
      trusted &= after(SECOND);
    }
    return trusted;
  }

  @Test
  void isTrustedWhileItGoesEvenly() {
    assertThat(throughout(3 * HOUR)).isTrue();
  }

  @Test
  void isNotTrustedForAWhile_afterAJumpInEitherDirection() {
    for (long jump : new long[] {HOUR, -HOUR, 5 * MINUTE, -5 * MINUTE, 7 * SECOND, -7 * SECOND}) {
      assertThat(throughout(2 * MINUTE)).as("before a jump of %s", jump).isTrue();
      wall += jump;
      assertThat(after(SECOND)).as("at a jump of %s", jump).isFalse();
      assertThat(after(SteadyClock.TRUSTED_AFTER.toMillis() - 2 * SECOND)).isFalse();
      assertThat(after(2 * SECOND)).isTrue();
    }
  }

  @Test
  void aSecondJumpBeginsTheWhileAnew() {
    assertThat(after(0)).isTrue();
    wall += HOUR;
    assertThat(after(SECOND)).isFalse();
    assertThat(after(9 * MINUTE)).isFalse();
    wall -= HOUR;
    assertThat(after(SECOND)).isFalse();
    assertThat(after(9 * MINUTE)).isFalse();
    assertThat(after(MINUTE)).isTrue();
  }

  @Test
  void manySmallStepsAreAJumpToo() {
    assertThat(after(0)).isTrue();
    boolean trusted = true;
    for (int i = 0; i < 20; i++) {
      wall += SECOND;
      trusted &= after(SECOND);
    }
    assertThat(trusted).isFalse();
  }

  @Test
  void beingSetRightLittleByLittleIsNone() {
    assertThat(after(0)).isTrue();
    boolean trusted = true;
    for (int i = 0; i < 7_200; i++) {
      wall += i % 2; // 500 parts in a million
      trusted &= after(SECOND);
    }
    assertThat(trusted).isTrue();
  }

  /** A machine that slept: the monotonic clock stood still, the wall clock did not. */
  @Test
  void sleepIsAJump() {
    assertThat(after(0)).isTrue();
    wall += 8 * HOUR;
    assertThat(clock.look(nanos, wall)).isFalse();
  }
}
