package dev.rescind.platform.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.identity.Networks;
import dev.rescind.platform.throttle.Throttle.Cause;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ThrottleTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final String ADDRESS = "192.0.2.7";

  private final AtomicLong nanos = new AtomicLong();
  private final Throttle throttle = new Throttle(null, new Rate(10, 20), nanos::get);

  private int admitted(Throttle by, String clientId, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      admitted += by.known(clientId, true) == 0 ? 1 : 0;
    }
    return admitted;
  }

  private int failures(String address, int tries) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      admitted += throttle.failed(Networks.of(address)) == 0 ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void holdsACallerToItsRate_andNoOtherToThat() {
    throttle.configure(Map.of("gateway", new Rate(5, 10)));

    assertThat(admitted(throttle, "gateway", 100)).isEqualTo(10);
    assertThat(admitted(throttle, "another", 100)).isEqualTo(100);
    assertThat(throttle.refused(Cause.CALLER)).isEqualTo(90);
    nanos.addAndGet(SECOND);
    assertThat(admitted(throttle, "gateway", 100)).isEqualTo(5);
  }

  @Test
  void holdsAllCallersTogetherToTheNodesRate_forWhatCounts() {
    Throttle node = new Throttle(new Rate(5, 10), null, nanos::get);

    assertThat(admitted(node, "a", 6) + admitted(node, "b", 6)).isEqualTo(10);
    assertThat(node.known("a", false)).isZero();
    assertThat(node.refused(Cause.NODE)).isEqualTo(2);
  }

  @Test
  void keepsWhatIsLeftOfARate_throughAChangeOfOthers() {
    throttle.configure(Map.of("gateway", new Rate(5, 10)));
    assertThat(admitted(throttle, "gateway", 100)).isEqualTo(10);

    throttle.configure(Map.of("gateway", new Rate(5, 10), "another", new Rate(1, 1)));
    assertThat(admitted(throttle, "gateway", 100)).isZero();
    assertThat(admitted(throttle, "another", 100)).isOne();
    throttle.configure(Map.of("gateway", new Rate(5, 11)));
    assertThat(admitted(throttle, "gateway", 100)).isEqualTo(11);
    assertThat(admitted(throttle, "another", 100)).isEqualTo(100);
  }

  @Test
  void holdsUpNobody_whereNothingIsConfigured() {
    Throttle none = Throttle.none();

    assertThat(admitted(none, "gateway", 1_000)).isEqualTo(1_000);
    assertThat(none.failed(ADDRESS)).isZero();
  }

  @Test
  void holdsStrangersToTheRateOfTheirNetwork() {
    assertThat(failures(ADDRESS, 100)).isEqualTo(20);
    assertThat(throttle.failed(ADDRESS)).isPositive();
    assertThat(throttle.failed("192.0.2.8")).isZero();
    nanos.addAndGet(SECOND);
    assertThat(failures(ADDRESS, 100)).isEqualTo(10);
  }

  @Test
  void takesAllAddressesOfAnIpv6Network_asOne() {
    assertThat(failures("2001:db8:0:1:0:0:0:7", 15)).isEqualTo(15);
    assertThat(failures("2001:db8:0:1:ffff:0:0:8", 15)).isEqualTo(5);
    assertThat(failures("2001:db8:0:2:0:0:0:7", 15)).isEqualTo(15);
  }

  @Test
  void neverHoldsUpWhoIsKnown_forWhatStrangersDo() {
    failures(ADDRESS, 10_000);

    assertThat(admitted(throttle, "gateway", 1_000)).isEqualTo(1_000);
  }

  /** F20: as many networks as there are leave no more behind than the bound. */
  @Test
  void remembersNoMoreNetworksThanItsBound() {
    for (int i = 0; i < 200_000; i++) {
      throttle.failed("10." + (i >> 16) + "." + ((i >> 8) & 255) + "." + (i & 255));
    }

    assertThat(throttle.networks()).isLessThanOrEqualTo(10_000);
  }

  @Test
  void sendsAwayWhoIsSuspended_untilItIsNot() {
    throttle.suspend(Set.of("scanner"));
    assertThat(throttle.known("scanner", true)).isPositive();
    assertThat(throttle.known("gateway", true)).isZero();
    assertThat(throttle.refused(Cause.SCAN)).isOne();

    throttle.suspend(Set.of());
    assertThat(throttle.known("scanner", true)).isZero();
  }
}
