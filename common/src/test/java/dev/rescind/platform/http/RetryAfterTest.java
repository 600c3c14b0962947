package dev.rescind.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RetryAfterTest {
  @Test
  void isOneTwoOrThreeSeconds_notAlwaysTheSame() {
    Set<String> drawn =
        Stream.generate(RetryAfter::seconds).limit(1_000).collect(Collectors.toSet());

    assertThat(drawn).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void isNeverBeforeTheTimeHasPassed_thatMustPass() {
    Set<String> drawn =
        Stream.generate(() -> RetryAfter.after(4_000_000_001L))
            .limit(1_000)
            .collect(Collectors.toSet());

    assertThat(drawn).containsExactlyInAnyOrder("5", "6", "7");
    assertThat(RetryAfter.after(1)).isIn("1", "2", "3");
  }
}
