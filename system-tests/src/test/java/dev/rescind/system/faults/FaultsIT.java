package dev.rescind.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The most telling faults, against a cluster of processes. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class FaultsIT {
  @Test
  void withoutFaultsNothingIsWrong() throws Exception {
    Path directory = Path.of("target", "faults", "it").toAbsolutePath();
    JwtKeys keys = new JwtKeys();
    try (FaultCluster cluster =
        new FaultCluster(directory, Path.of("..").toAbsolutePath().normalize(), keys)) {
      long begin = System.nanoTime();
      cluster.start();
      System.out.println("started in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
      try (Journal journal = new Journal(directory.resolve("history"), Duration.ofSeconds(2))) {
        Load load =
            new Load(cluster, journal, new Population(keys), new Load.Rates(3_000, 10, 1_600));
        load.start();
        Thread.sleep(30_000);
        Journal.Section section = journal.cut();
        load.close();
        System.out.println(section.check());
        for (var node : cluster.introspectors()) {
          System.out.println(node + " " + load.vitals(node).counts());
        }
        for (var node : cluster.publishers()) {
          System.out.println(node + " " + load.vitals(node).counts());
        }
        System.out.println(load.strange());
        assertThat(load.strange()).isEmpty();
      }
    }
  }
}
