package dev.rescind.system.faults;

import dev.rescind.system.history.HistoryReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster under load whose history is checked, in which faults happen. */
final class Session implements AutoCloseable {
  /** B: what the services have by default. */
  static final Duration BOUND = Duration.ofSeconds(2);

  /** Where the modules are. */
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private final FaultCluster cluster;
  private final Journal journal;
  private final Load load;
  private final Rounds rounds;
  private final Faults faults;

  private Session(Path directory, JwtKeys keys, Load.Rates rates) throws IOException {
    cluster = new FaultCluster(directory, PROJECT, keys);
    journal = new Journal(directory.resolve("history"), BOUND);
    load = new Load(cluster, journal, new Population(keys), rates);
    rounds = new Rounds(cluster, load, BOUND);
    faults = new Faults(cluster, load);
  }

  /**
   * Starts everything; returns once all serve and are asked.
   *
   * @param name of the directory below {@code target/faults} that gets every file
   */
  static Session start(String name, Load.Rates rates) throws Exception {
    Path directory = Path.of("target", "faults", name).toAbsolutePath();
    Session session = new Session(directory, new JwtKeys(), rates);
    try {
      session.cluster.start();
      session.load.start();
      return session;
    } catch (Exception | AssertionError e) {
      session.close();
      throw e;
    }
  }

  FaultCluster cluster() {
    return cluster;
  }

  Journal journal() {
    return journal;
  }

  Load load() {
    return load;
  }

  Faults faults() {
    return faults;
  }

  Rounds rounds() {
    return rounds;
  }

  /** Lets faults happen, one after the other. */
  Round run(Fault... atOnce) throws Exception {
    Round round = rounds.run(List.of(atOnce));
    System.out.println(round);
    return round;
  }

  /** Checks the history since the check before. */
  HistoryReport check() throws InterruptedException {
    return journal.cut().check();
  }

  /** Lets nothing be written for a while, and says what does not hold then. */
  List<String> quiet() throws Exception {
    load.write(false);
    try {
      TimeUnit.MILLISECONDS.sleep(300);
      return new Quiet(cluster).problems(load.acknowledged());
    } finally {
      load.write(true);
    }
  }

  @Override
  public void close() throws IOException {
    load.close();
    cluster.close();
    journal.close();
  }
}
