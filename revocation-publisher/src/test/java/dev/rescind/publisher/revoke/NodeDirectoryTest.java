package dev.rescind.publisher.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class NodeDirectoryTest {
  private static final StalenessBound BOUND = StalenessBound.of(Duration.ofSeconds(2));

  private long now = 1;
  private boolean current = true;
  private final NodeDirectory nodes = new NodeDirectory(() -> now, BOUND, () -> current);

  private void barrier(String node, long position, NodeState state) {
    nodes.applied(
        new LogRecord.BarrierWritten(
            new Barrier(
                new Barrier.Writer(node, "http://" + node, "1", !node.startsWith("publisher")),
                UUID.randomUUID(),
                1,
                position,
                new Barrier.Status(state, 0))),
        position + 1);
  }

  private void settle() {
    barrier("publisher-1", 0, NodeState.SERVING);
    now += BOUND.nanos() / 2;
  }

  private List<String> live() {
    return nodes.live().stream().map(seen -> seen.barrier().writer().node()).toList();
  }

  @Test
  void aNodeIsLiveForTwoBoundsAfterItsBarrier() {
    barrier("a", 1, NodeState.SERVING);
    assertThat(live()).containsExactly("a");
    now += 2 * BOUND.nanos();
    assertThat(live()).containsExactly("a");
    now++;
    assertThat(live()).isEmpty();
  }

  @Test
  void aNodeThatSaysItHasStoppedIsNotLive_andAPublisherIsNone() {
    barrier("a", 1, NodeState.SERVING);
    barrier("publisher-1", 1, NodeState.SERVING);
    barrier("a", 2, NodeState.STOPPED);
    assertThat(live()).isEmpty();
  }

  @Test
  void barriersReadWhileCatchingUpShowNobody() {
    current = false;
    barrier("a", 1, NodeState.SERVING);
    assertThat(live()).isEmpty();
  }

  @Test
  void confirmsWhenEveryLiveNodeHasPassed_andNotBefore() {
    settle();
    barrier("a", 4, NodeState.SERVING);
    barrier("b", 4, NodeState.SERVING);
    CompletableFuture<NodeDirectory.Confirmation> answer = nodes.confirm(5, now, 60_000);
    barrier("a", 5, NodeState.SERVING);
    assertThat(answer).isNotDone();
    now += 7_000_000;
    barrier("b", 6, NodeState.SERVING);

    assertThat(answer.join().complete()).isTrue();
    assertThat(answer.join().nodes())
        .containsExactly(
            new NodeDirectory.Confirmation.Applied("a", 0),
            new NodeDirectory.Confirmation.Applied("b", 7));
    assertThat(answer.join().missing()).isEmpty();
  }

  @Test
  void doesNotTakeTheNodesThatItHasSeenForAll_soonAfterItsStart() {
    barrier("a", 9, NodeState.SERVING);
    CompletableFuture<NodeDirectory.Confirmation> answer = nodes.confirm(5, now, 60_000);
    assertThat(answer).isNotDone();
    now += BOUND.nanos() / 2;
    barrier("a", 10, NodeState.SERVING);
    assertThat(answer.join().complete()).isTrue();
  }

  @Test
  void namesTheNodesThatHaveNotPassed_whenTheTimeIsOver() {
    settle();
    barrier("a", 5, NodeState.SERVING);
    barrier("b", 4, NodeState.SERVING);

    NodeDirectory.Confirmation answer = nodes.confirm(5, now, 1).join();

    assertThat(answer.complete()).isFalse();
    assertThat(answer.missing()).containsExactly("b");
    assertThat(answer.nodes()).hasSize(1);
  }

  @Test
  void isNotCompleteWhereThereIsNoNodeAtAll() {
    settle();
    assertThat(nodes.confirm(5, now, 1).join().complete()).isFalse();
  }
}
