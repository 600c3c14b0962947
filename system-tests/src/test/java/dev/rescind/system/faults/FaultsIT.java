package dev.rescind.system.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rescind.platform.kafka.Topics;
import dev.rescind.system.faults.FaultCluster.Node;
import dev.rescind.system.history.HistoryReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The most telling faults, against a cluster of processes under load: the short form of what {@code
 * mvn -Psystem verify} does for an hour. Each test breaks something, waits until all is well again,
 * and checks all that was answered meanwhile. What this machine cannot break is skipped: it was not
 * run.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {
  private static final int FACTS = Integer.getInteger("faults.facts", 200_000);

  private static Session session;
  private static FaultCluster cluster;
  private static Faults faults;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(FaultCluster.haveJars(Session.PROJECT), "not run: the services' jars are not built");
    session = Session.start("it", new Load.Rates(1_500, 10, 1_200));
    cluster = session.cluster();
    faults = session.faults();
  }

  @AfterAll
  static void stop() throws Exception {
    if (session != null) { // not when the start failed
      session.close();
    }
  }

  private static Node introspector(int number) {
    return cluster.introspectors().get(number - 1);
  }

  private static Node publisher(int number) {
    return cluster.publishers().get(number - 1);
  }

  private static Node leader() throws Exception {
    FaultCluster.await(
        "the log has a leader", Duration.ofSeconds(30), () -> cluster.leader().isPresent());
    return cluster.brokers().get(cluster.leader().orElseThrow() - 1);
  }

  private static Node follower() throws Exception {
    Node leader = leader();
    return cluster.brokers().stream()
        .filter(node -> !node.equals(leader))
        .findFirst()
        .orElseThrow();
  }

  private static void run(Fault fault) throws Exception {
    Round round = session.run(fault);
    assertThat(round.notBroughtAbout()).isEmpty();
    assertThat(round.problems()).isEmpty();
  }

  private static void assertNothingWasWrong() throws Exception {
    HistoryReport report = session.check();
    System.out.println(report);
    assertThat(report.isClean()).as(report.toString()).isTrue();
    assertThat(report.counts().active()).isPositive();
    assertThat(report.counts().inactive()).isPositive();
    assertThat(session.load().strange()).isEmpty();
  }

  private static void assertNothingIsWrong() throws Exception {
    assertThat(session.quiet()).isEmpty();
    assertNothingWasWrong();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1_000));
  }

  @Test
  @Order(1)
  void f1_whoeverIsKilled_nothingRevokedIsActiveAgain() throws Exception {
    run(faults.kill(introspector(1), seconds(0.5)));
    run(faults.kill(publisher(1), seconds(0)));
    run(faults.kill(leader(), seconds(2)));
    assertNothingIsWrong();
  }

  @Test
  @Order(2)
  void f2_aProcessThatStoodStill_doesNotSayWhatWasTrueBefore() throws Exception {
    run(faults.pause(introspector(2), seconds(0.1)));
    run(faults.pause(introspector(2), seconds(1)));
    run(faults.pause(introspector(2), seconds(5)));
    run(faults.pause(publisher(2), seconds(1)));
    run(faults.pause(leader(), seconds(1)));
    assertNothingIsWrong();
  }

  @Test
  @Order(3)
  void f3_whoIsCutOff_saysSoWithinTheBound_andServesOnceItIsBack() throws Exception {
    assumeTrue(
        cluster.network().cannotCut().isEmpty(), "not run: " + cluster.network().cannotCut());
    run(faults.unplug(introspector(3), seconds(1)));
    run(faults.unplug(introspector(3), seconds(5)));
    run(faults.unplug(publisher(1), seconds(3)));
    run(faults.unplug(follower(), seconds(3)));
    run(faults.unplug(leader(), seconds(5)));
    assertNothingIsWrong();
  }

  @Test
  @Order(4)
  void f5_aNodeAloneWithADeposedLeader_answersNothing() throws Exception {
    assumeTrue(
        cluster.network().cannotCut().isEmpty(), "not run: " + cluster.network().cannotCut());
    run(faults.zombie(leader(), introspector(1), seconds(6)));
    assertNothingIsWrong();
  }

  @Test
  @Order(5)
  void f11_poisonInTheLog_isCountedAndRevokesNothing() throws Exception {
    Quiet counters = new Quiet(cluster);
    Map<Node, Long> before = new HashMap<>();
    for (Node node : cluster.introspectors()) {
      before.put(node, counters.records(node).getOrDefault("quarantined", 0L));
    }
    int written = 0;
    try (LogAccess log = new LogAccess(cluster)) {
      for (LogAccess.Raw poison : LogAccess.poison()) {
        if (log.write(poison) && poison.value() != null) {
          written++;
        }
      }
    }
    assertThat(written).isGreaterThan(5);
    int quarantined = written;
    for (Node node : cluster.introspectors()) {
      FaultCluster.await(
          node + " has quarantined all",
          Duration.ofSeconds(20),
          () ->
              counters.records(node).getOrDefault("quarantined", 0L)
                  >= before.getOrDefault(node, 0L) + quarantined);
      assertThat(cluster.isReady(node)).isTrue();
    }
    assertNothingIsWrong();
  }

  @Test
  @Order(6)
  void f14_aColdStartUnderLoad_neverSaysYesTooEarly() throws Exception {
    try (LogAccess log = new LogAccess(cluster)) {
      System.out.println(FACTS + " facts written in " + log.fill(FACTS).toMillis() + " ms");
    }
    run(faults.coldStart());
    assertNothingIsWrong();
  }

  @Test
  @Order(7)
  void f17_aTopicThatWasDeletedAndMadeAnew_isNoEmptyIndex() throws Exception {
    assertNothingWasWrong();
    cluster.admin().deleteTopics(List.of(Topics.REVOCATIONS)).all().get(10, TimeUnit.SECONDS);
    FaultCluster.await(
        "the topic is made anew",
        Duration.ofSeconds(30),
        () -> {
          cluster
              .admin()
              .createTopics(
                  List.of(
                      new NewTopic(Topics.REVOCATIONS, 1, (short) 3)
                          .configs(
                              Map.of("cleanup.policy", "compact", "min.insync.replicas", "2"))))
              .all()
              .get(5, TimeUnit.SECONDS);
          return true;
        });

    for (Node node : cluster.introspectors()) {
      FaultCluster.await(
          node + " no longer answers",
          Duration.ofSeconds(30),
          () -> System.nanoTime() - session.load().vitals(node).lastOkInvoked() > 2_000_000_000L);
    }

    Thread.sleep(3_000); // and stays so
    List<String> states = new ArrayList<>();
    for (Node node : cluster.introspectors()) {
      Wire.Reply ready = cluster.management(node, "/health/ready");
      assertThat(ready.status()).isEqualTo(503);
      states.add(ready.text());
    }
    assertThat(states)
        .allMatch(
            state -> state.contains("\"state\":\"STALE\"") && state.contains("\"reasons\":[\""));
    HistoryReport report = session.check();
    assertThat(report.isClean()).as(report.toString()).isTrue();
  }
}
