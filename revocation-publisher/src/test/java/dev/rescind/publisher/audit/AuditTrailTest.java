package dev.rescind.publisher.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.log.MacKeys;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AuditTrailTest {
  private static final MacKeys KEYS =
      new MacKeys(
          List.of(
              new MacKeys.Key(
                  "k", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))));

  private final Vertx vertx = Vertx.vertx();
  private final List<byte[]> topic = new ArrayList<>();
  private final List<Promise<Long>> underWay = new ArrayList<>();
  private final AuditHistory history = new AuditHistory(KEYS, record -> {});
  private final AuditTrail trail =
      new AuditTrail(
          vertx,
          value -> {
            topic.add(value);
            Promise<Long> promise = Promise.promise();
            underWay.add(promise);
            return promise.future();
          },
          KEYS,
          history::head,
          InstantSource.fixed(Instant.EPOCH));

  @AfterEach
  void close() throws Exception {
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private static AuditEvent event(String actor) {
    return AuditEvent.of(Action.REVOKE, Outcome.DONE).with("actor", actor);
  }

  @Test
  void writesTogetherWhatCameMeanwhile_asOneChain() throws Exception {
    List<Future<Long>> appended = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      appended.add(trail.append(event("a" + i)));
    }
    assertThat(topic).hasSize(1);
    underWay.get(0).complete(0L);
    assertThat(topic).hasSize(2);
    underWay.get(1).complete(1L);
    assertThat(appended.get(0).await(5, TimeUnit.SECONDS)).isZero();
    assertThat(appended.get(19).await(5, TimeUnit.SECONDS)).isEqualTo(1);
    topic.forEach(history::read);
    assertThat(history.head().records()).isEqualTo(20);
    assertThat(history.faults()).isZero();
    assertThat(trail.appended()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnAsAnotherWriter_afterWhatMayOrMayNotHaveBeenWritten(boolean written) throws Exception {
    trail.append(event("a"));
    underWay.get(0).complete(0L);
    Future<Long> failed = trail.append(event("b"));
    underWay.get(1).fail("timeout");
    Future<Long> after = trail.append(event("c"));
    underWay.get(2).complete(2L);

    assertThat(after.await(5, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(failed.otherwise(-1L).await(5, TimeUnit.SECONDS)).isEqualTo(-1);
    assertThat(trail.failures()).isEqualTo(1);
    if (!written) {
      topic.remove(1);
    }
    topic.forEach(history::read);
    assertThat(history.head().records()).isEqualTo(written ? 3 : 2);
    assertThat(history.faults()).isZero();
  }

  @Test
  void takesNoteOfWhatIsNotAuthentic() {
    history.read(new byte[] {1, 2, 3});
    history.read(null);
    assertThat(history.faults()).isEqualTo(2);
    assertThat(history.head().records()).isZero();
  }

  @Test
  void whatIsDoneIsDone_whenTheAuditDoesNotTakeIt() throws Exception {
    Future<Void> noted = trail.note(event("a"));
    underWay.get(0).fail("gone");
    noted.await(5, TimeUnit.SECONDS);
    assertThat(trail.failures()).isEqualTo(1);
    Future<Void> waiting = trail.note(event("b"));
    waiting.await(5, TimeUnit.SECONDS);
  }
}
