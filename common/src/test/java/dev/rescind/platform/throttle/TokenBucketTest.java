package dev.rescind.platform.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TokenBucketTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void letsABurstThrough_andThenOneInEachInterval() {
    TokenBucket bucket = new TokenBucket(new Rate(10, 3), 0);

    for (int i = 0; i < 3; i++) {
      assertThat(bucket.tryTake(0)).isZero();
    }
    assertThat(bucket.tryTake(0)).isEqualTo(SECOND / 10);
    assertThat(bucket.tryTake(SECOND / 20)).isEqualTo(SECOND / 20);
    assertThat(bucket.tryTake(SECOND / 10)).isZero();
    assertThat(bucket.tryTake(SECOND / 10)).isEqualTo(SECOND / 10);
  }

  @Test
  void isFullAgain_afterATimeWithoutRequests_andNotFuller() {
    TokenBucket bucket = new TokenBucket(new Rate(10, 3), 0);
    for (int i = 0; i < 3; i++) {
      assertThat(bucket.tryTake(0)).isZero();
    }

    for (int i = 0; i < 3; i++) {
      assertThat(bucket.tryTake(3600 * SECOND)).isZero();
    }
    assertThat(bucket.tryTake(3600 * SECOND)).isPositive();
  }

  @Test
  void takesNothing_whereItIsOnlyLookedAt_orRefuses() {
    TokenBucket bucket = new TokenBucket(new Rate(1, 1), 0);
    assertThat(bucket.peek(0)).isZero();
    assertThat(bucket.tryTake(0)).isZero();

    for (int i = 0; i < 100; i++) {
      assertThat(bucket.peek(0)).isEqualTo(SECOND);
      assertThat(bucket.tryTake(0)).isEqualTo(SECOND);
    }
    assertThat(bucket.tryTake(SECOND)).isZero();
  }

  /** System.nanoTime begins anywhere and wraps. */
  @Test
  void knowsNoEndOfTime() {
    for (long start : new long[] {Long.MAX_VALUE - SECOND, Long.MIN_VALUE, -SECOND, 0}) {
      TokenBucket bucket = new TokenBucket(new Rate(1, 2), start);
      for (long day : new long[] {0, 1, 100, 107, 200, 300, 1_000}) {
        long now = start + Duration.ofDays(day).toNanos();
        assertThat(bucket.tryTake(now)).as("after %s days", day).isZero();
        assertThat(bucket.tryTake(now)).isZero();
        assertThat(bucket.tryTake(now)).isEqualTo(SECOND);
      }
    }
  }

  @Test
  void letsNoMoreThrough_whereOneThreadsClockIsBehindAnothers() {
    TokenBucket bucket = new TokenBucket(new Rate(1, 5), 0);
    for (int i = 0; i < 5; i++) {
      assertThat(bucket.tryTake(SECOND)).isZero();
    }

    assertThat(bucket.tryTake(SECOND - 1)).isPositive();
    assertThat(bucket.tryTake(0)).isPositive();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void letsNoMoreThrough_howeverManyTakeAtOnce() throws Exception {
    TokenBucket bucket = new TokenBucket(new Rate(1, 10_000), 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> taken = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        taken.add(
            threads.submit(
                () -> {
                  int got = 0;
                  for (int k = 0; k < 5_000; k++) {
                    got += bucket.tryTake(0) == 0 ? 1 : 0;
                  }
                  return got;
                }));
      }
      int all = 0;
      for (Future<Integer> one : taken) {
        all += one.get();
      }
      assertThat(all).isEqualTo(10_000);
    } finally {
      threads.shutdown();
    }
  }

  /** However requests come, no stretch of time sees more than the burst and the rate. */
  @Property
  void neverLetsThroughMoreThanBurstAndRate(
      @ForAll @IntRange(min = 1, max = 1_000_000) int perSecond,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll long start,
      @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 400) Long> gaps) {
    TokenBucket bucket = new TokenBucket(new Rate(perSecond, burst), start);
    List<Long> admitted = new ArrayList<>();
    long passed = 0;
    for (long gap : gaps) {
      passed += gap * SECOND / perSecond / 100; // up to four intervals
      if (bucket.tryTake(start + passed) == 0) {
        admitted.add(passed);
      }
    }
    for (int from = 0; from < admitted.size(); from++) {
      for (int to = from; to < admitted.size(); to++) {
        double seconds = (admitted.get(to) - admitted.get(from)) / (double) SECOND;
        assertThat(to - from + 1.0).isLessThanOrEqualTo(burst + perSecond * seconds + 1e-6);
      }
    }
  }

  /** Refused is nobody who keeps to the rate, and nobody comes in vain who waits as he was told. */
  @Property
  void neverRefusesWhoKeepsToTheRate(
      @ForAll @IntRange(min = 1, max = 1_000_000) int perSecond,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll long start,
      @ForAll @Size(max = 200) List<@LongRange(min = 0, max = 400) Long> gaps) {
    TokenBucket bucket = new TokenBucket(new Rate(perSecond, burst), start);
    double left = burst; // of a bucket whose rate is a millionth lower
    double rate = perSecond * (1 - 1e-6);
    long passed = 0;
    for (long gap : gaps) {
      long step = gap * SECOND / perSecond / 100;
      passed += step;
      left = Math.min(burst, left + step * rate / SECOND);
      if (left >= 1) {
        assertThat(bucket.tryTake(start + passed)).isZero();
        left--;
      } else {
        long wait = bucket.peek(start + passed);
        assertThat(bucket.peek(start + passed + wait)).isZero();
      }
    }
  }
}
