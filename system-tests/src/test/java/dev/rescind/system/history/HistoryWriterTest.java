package dev.rescind.system.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class HistoryWriterTest {
  private static final int CREDENTIALS = 100_000;

  @TempDir Path directory;

  private static Call call(long id, Outcome outcome) {
    return new Call(id, 3, "n1", 100, 200, outcome);
  }

  private List<Operation> read() throws Exception {
    List<Operation> read = new ArrayList<>();
    HistoryFiles.read(HistoryFiles.facts(directory), read::add);
    HistoryFiles.read(HistoryFiles.introspections(directory), read::add);
    return read;
  }

  @Test
  void whatIsWrittenIsRead_whateverIsAbsent() throws Exception {
    List<Operation> history =
        List.of(
            new Operation.Known(call(1, Outcome.OK), "c\"1", List.of("token c\n1"), 5L, 6L),
            new Operation.Known(call(2, Outcome.OK), "c2", List.of(), null, null),
            new Operation.Revoke(
                call(3, Outcome.OK), "r1", List.of("a", "b"), Long.MAX_VALUE, 7L, 8L),
            new Operation.Revoke(call(4, Outcome.UNKNOWN), "r2", List.of("a"), null, null, null),
            new Operation.Lift(call(5, Outcome.REFUSED), "r1", 9L),
            new Operation.Introspect(call(6, Outcome.OK), "c1", true, 1L, 2L),
            new Operation.Introspect(call(7, Outcome.REFUSED), "c1", null, null, null));
    try (HistoryWriter writer = new HistoryWriter(directory)) {
      history.forEach(writer::record);
    }
    assertThat(read()).isEqualTo(history);
    assertThat(Files.readAllLines(HistoryFiles.facts(directory))).hasSize(5);
  }

  @Test
  void manyThreadsRecordAtOnce_andNothingIsLost() throws Exception {
    List<Thread> threads = new ArrayList<>();
    try (HistoryWriter writer = new HistoryWriter(directory)) {
      for (int i = 0; i < 8; i++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int n = 0; n < 10_000; n++) {
                    writer.record(
                        new Operation.Introspect(
                            call(writer.nextId(), Outcome.OK), "c", false, null, null));
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(read().stream().map(one -> one.call().id()).distinct()).hasSize(80_000);
  }

  @Test
  void nothingIsRecordedAfterTheEnd() throws Exception {
    HistoryWriter writer = new HistoryWriter(directory);
    writer.close();
    assertThatThrownBy(() -> writer.record(new Operation.Lift(call(1, Outcome.OK), "r", null)))
        .isInstanceOf(IllegalStateException.class);
  }

  /** With {@code -Dhistory.introspections=10000000} it shows what a long run costs. */
  @Test
  void aLongHistoryIsCheckedInOnePass() throws Exception {
    int introspections = Integer.getInteger("history.introspections", 200_000);
    Random random = new Random(1);
    long started = System.nanoTime();
    try (HistoryWriter writer = new HistoryWriter(directory)) {
      for (int i = 0; i < CREDENTIALS; i++) {
        writer.record(
            new Operation.Known(
                new Call(writer.nextId(), 1, "p", 0, 1, Outcome.OK),
                "c" + i,
                List.of("token c" + i, "subject https://as.example s" + i / 10, "issuer as"),
                1L,
                null));
      }
      for (int i = 0; i < CREDENTIALS / 10; i += 2) {
        long at = introspections * (long) i / (CREDENTIALS / 10);
        writer.record(
            new Operation.Revoke(
                new Call(writer.nextId(), 1, "p", at, at + 1, Outcome.OK),
                "r" + i,
                List.of("subject https://as.example s" + i),
                Long.MAX_VALUE,
                null,
                (long) i));
      }
      for (int t = 0; t < introspections; t++) {
        int c = random.nextInt(CREDENTIALS);
        int subject = c / 10;
        long at = introspections * (long) subject / (CREDENTIALS / 10);
        boolean active = subject % 2 == 1 || t <= at;
        writer.record(
            new Operation.Introspect(
                new Call(writer.nextId(), t % 64, "n" + t % 3, t, t + 1, Outcome.OK),
                "c" + c,
                active,
                null,
                (long) subject));
      }
    }
    long written = System.nanoTime();
    HistoryReport report = HistoryChecker.check(directory, Duration.ofNanos(100), Duration.ZERO);
    System.out.printf(
        "%,d introspections: written in %d ms (%,d bytes), checked in %d ms, %d MiB used%n",
        introspections,
        (written - started) / 1_000_000,
        Files.size(HistoryFiles.introspections(directory)),
        (System.nanoTime() - written) / 1_000_000,
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
    assertThat(report.violations()).isEmpty();
    assertThat(report.counts().introspections()).isEqualTo(introspections);
    assertThat(report.counts().inactive()).isPositive();
  }
}
