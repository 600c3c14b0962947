package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FairChecksTest {
  private static final int ROOM = 8;

  private final Vertx vertx = Vertx.vertx();
  private final FairChecks checks =
      new FairChecks(vertx, "fair-checks-test", 1, ROOM, new Random(7));
  private final CountDownLatch gate = new CountDownLatch(1);
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() throws Exception {
    gate.countDown();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** Holds the one thread until the gate opens. */
  private void busy() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    var unused =
        checks.run(
            new FairChecks.Asker("busy", "busy"),
            () -> {
              started.countDown();
              gate.await();
              return "busy";
            });
    started.await();
  }

  private Future<String> ask(String claim, String network) {
    return checks.run(
        new FairChecks.Asker(claim, network),
        () -> {
          done.add(claim + "@" + network);
          return claim;
        });
  }

  private static boolean isShed(Future<?> future) {
    return future.isComplete() && future.cause() instanceof FairChecks.ShedException;
  }

  @Test
  void letsAnotherNetworkIn_andFirst_whenOneGuessesAtManyCallers() throws Exception {
    busy();
    List<Future<String>> flood = new ArrayList<>();
    for (int i = 0; i < 3 * ROOM; i++) {
      flood.add(ask("caller" + i, "flood"));
    }
    Future<String> rightful = ask("caller1", "own");
    gate.countDown();

    assertThat(rightful.await()).isEqualTo("caller1");
    assertThat(flood).filteredOn(FairChecksTest::isShed).hasSize(2 * ROOM + 1);
    assertThat(done.get(0)).isEqualTo("caller1@own");
  }

  @Test
  void letsAnotherCallerIn_andFirst_whenManyNetworksGuessAtOne() throws Exception {
    busy();
    for (int i = 0; i < 3 * ROOM; i++) {
      var unused = ask("victim", "network" + i);
    }
    Future<String> other = ask("other", "own");
    gate.countDown();

    assertThat(other.await()).isEqualTo("other");
    assertThat(done.get(0)).isEqualTo("other@own");
  }

  @Test
  void letsTheCallerIn_atWhomManyNetworksGuess_afterSomeTries() throws Exception {
    busy();
    for (int i = 0; i < ROOM; i++) {
      var unused = ask("victim", "network" + i);
    }
    Future<String> rightful = ask("victim", "own");
    for (int tries = 0; isShed(rightful) && tries < 1_000; tries++) {
      rightful = ask("victim", "own");
    }

    assertThat(isShed(rightful)).isFalse();
  }

  @Test
  void takesEqualsInTheirOrder() throws Exception {
    busy();
    for (int i = 0; i < 4; i++) {
      var unused = ask("a" + i, "n" + i);
    }
    gate.countDown();
    ask("last", "last").await();

    assertThat(done).containsExactly("a0@n0", "a1@n1", "a2@n2", "a3@n3", "last@last");
  }

  @Test
  void goesOn_whenACheckFails() throws Exception {
    Future<String> failing =
        checks.run(
            new FairChecks.Asker("a", "n"),
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(failing.map("").otherwise("failed").await()).isEqualTo("failed");
    assertThat(ask("b", "n").await()).isEqualTo("b");
  }
}
