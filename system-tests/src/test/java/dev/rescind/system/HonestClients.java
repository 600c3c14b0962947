package dev.rescind.system;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers that ask one node for what they know the answer to, for as long as they are let: some
 * over a connection that they keep, some over a new one for each question, from another address.
 */
final class HonestClients implements AutoCloseable {
  private final Cluster cluster;
  private final int node;
  private final List<String> active;
  private final String revoked;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> failures = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param active of which each must be found active
   * @param revoked which must never be
   */
  HonestClients(Cluster cluster, int node, List<String> active, String revoked) {
    this.cluster = cluster;
    this.node = node;
    this.active = active;
    this.revoked = revoked;
    threads.add(new Thread(() -> ask(this::overKept), "kept"));
    threads.add(new Thread(() -> ask(this::overNew), "new"));
    threads.forEach(Thread::start);
  }

  private interface Way {
    String answer(String token) throws Exception;
  }

  private void ask(Way way) {
    for (int i = 0; !done.get(); i++) {
      boolean good = i % 4 != 0;
      String token = good ? active.get(i % active.size()) : revoked;
      asked.incrementAndGet();
      try {
        String answer = way.answer(token);
        if (!answer.endsWith(good ? "}" : "{\"active\":false}")
            || answer.contains("\"active\":true") != good) {
          fail(answer);
        }
      } catch (Exception e) {
        fail(e.toString());
      }
    }
  }

  private String overKept(String token) throws Exception {
    return cluster.introspect(node, token, Caller.CALLER).body();
  }

  private String overNew(String token) throws IOException {
    return RawHttp.introspect(cluster.introspectUrl(node), token, Caller.CALLER, "127.0.0.2");
  }

  private void fail(String answer) {
    synchronized (failures) {
      failures.add(answer);
    }
  }

  int asked() {
    return asked.get();
  }

  /** What did not come out as it should. */
  List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  /** Returns once so many were asked in all. */
  void await(int questions) throws InterruptedException {
    while (asked.get() < questions) {
      Thread.sleep(1); // to be interrupted by the test's time limit
    }
  }

  /** Returns once the last question was answered. */
  void stop() throws InterruptedException {
    done.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() {
    done.set(true);
  }
}
