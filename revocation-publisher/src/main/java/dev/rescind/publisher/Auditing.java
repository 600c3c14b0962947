package dev.rescind.publisher;

import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.audit.AuditRecord;
import dev.rescind.platform.kafka.AuditFeed;
import dev.rescind.platform.kafka.AuditReader;
import dev.rescind.platform.kafka.AuditTopic;
import dev.rescind.platform.kafka.AuditWriter;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.platform.service.ServiceCore;
import dev.rescind.platform.service.Version;
import dev.rescind.publisher.audit.Audit;
import dev.rescind.publisher.audit.AuditHistory;
import dev.rescind.publisher.audit.AuditTrail;
import dev.rescind.publisher.audit.Refusals;
import dev.rescind.publisher.http.PublisherApi;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The publisher's part that writes and reads the audit. */
final class Auditing {
  private static final long KAFKA_RETRY_MILLIS = 250;
  private static final Duration READ_BACK = Duration.ofSeconds(2);
  private static final long SUM_MILLIS = 60_000;

  private final ServiceCore core;
  private final AuditWriter writer;
  private final AuditFeed feed;
  private final AuditReader reader;
  private final AuditHistory history;
  private final AuditTrail trail;
  private final Refusals refusals;
  private final Audit audit;
  private long timer = -1;

  /**
   * @param listener is given every record that counts, in order, on one thread
   */
  Auditing(ServiceCore core, InstantSource clock, Consumer<AuditRecord> listener) {
    this.core = core;
    var client = core.config().kafka().clientProperties();
    history = new AuditHistory(core.macKeys(), listener);
    feed = new AuditFeed(core.vertx(), history, client);
    reader = new AuditReader(core.vertx(), client);
    writer = new AuditWriter(core.vertx(), client);
    trail = new AuditTrail(core.vertx(), writer::append, core.macKeys(), history::head, clock);
    refusals = new Refusals(trail::note);
    audit = new Audit(trail, refusals);
  }

  Audit audit() {
    return audit;
  }

  /** Completes when the listener has been given what is at that offset. */
  Future<Void> read(long offset) {
    return feed.await(offset, READ_BACK);
  }

  PublisherApi.Auditing forCallers() {
    return new PublisherApi.Auditing(audit, reader, core.macKeys());
  }

  /** Begins to read, once there is the topic, and says that this publisher has started. */
  void start() throws Exception {
    ensureTopic();
    feed.start();
    feed.caughtUp()
        .onSuccess(
            read ->
                audit.done(
                    AuditEvent.of(Action.START, Outcome.DONE)
                        .with("actor", core.config().node().name())
                        .with("detail", Version.CURRENT)));
    timer = core.vertx().setPeriodic(SUM_MILLIS, tick -> refusals.sum());
  }

  private void ensureTopic() throws Exception {
    while (true) {
      try {
        AuditTopic.ensure(core.config().kafka());
        return;
      } catch (Topics.UnreachableException e) {
        Thread.sleep(KAFKA_RETRY_MILLIS);
      }
    }
  }

  void register(MeterRegistry registry) {
    FunctionCounter.builder("rescind.audit.records", trail, AuditTrail::appended)
        .description("Audit records of this publisher by what became of them")
        .tag("outcome", "appended")
        .register(registry);
    FunctionCounter.builder("rescind.audit.records", trail, AuditTrail::failures)
        .description("Audit records of this publisher by what became of them")
        .tag("outcome", "failed")
        .register(registry);
    FunctionCounter.builder("rescind.audit.faults", history, AuditHistory::faults)
        .description("What was read in the audit and is not as it was written")
        .register(registry);
    Gauge.builder("rescind.audit.length", history, one -> one.head().records())
        .description("Records of all publishers that were read in the audit")
        .register(registry);
  }

  void close() throws Exception {
    core.vertx().cancelTimer(timer);
    refusals.sum();
    feed.close();
    writer.close().await(3, TimeUnit.SECONDS);
    reader.close().await(3, TimeUnit.SECONDS);
  }
}
