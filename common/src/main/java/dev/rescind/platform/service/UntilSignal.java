package dev.rescind.platform.service;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process: until SIGTERM or SIGINT, also while it starts. What was started is closed
 * within five seconds, then the process ends in any case.
 */
final class UntilSignal implements Lifetime {
  private static final Logger LOG = LoggerFactory.getLogger(UntilSignal.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Map<String, String> environment;
  private final OutputStream logs;
  private final CompletableFuture<AutoCloseable> started = new CompletableFuture<>();
  private volatile boolean stopping;

  /**
   * @param environment says how to log
   * @param logs where log lines go
   */
  UntilSignal(Map<String, String> environment, OutputStream logs) {
    this.environment = environment;
    this.logs = logs;
  }

  @Override
  public void run(Callable<AutoCloseable> start) throws Exception {
    Logging.start(environment, logs);
    // Closing is up to the service, in its order; the grid's own hook would not wait for it.
    System.setProperty("hazelcast.shutdownhook.enabled", "false");
    Thread starting = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(starting), "rescind-stop"));
    try {
      started.complete(start.call());
    } catch (Exception | LinkageError e) {
      started.completeExceptionally(e);
      if (!stopping) {
        throw e;
      }
    }
    awaitEnd();
  }

  /** Leaves the end to the hook, which may have interrupted this thread already. */
  private static void awaitEnd() {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        LOG.debug("Interrupted while stopping");
      }
    }
  }

  private void stop(Thread starting) {
    stopping = true;
    if (!started.isDone()) {
      starting.interrupt();
    }
    Thread closing = new Thread(this::close, "rescind-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(CLOSE_LIMIT.toMillis());
      if (closing.isAlive()) {
        LOG.warn("Not closed within {} s", CLOSE_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Logging.stop();
  }

  private void close() {
    AutoCloseable service;
    try {
      service = started.join();
    } catch (RuntimeException e) {
      return; // not started, and said so
    }
    try {
      service.close();
      LOG.info("Stopped");
    } catch (Exception e) {
      LOG.warn("Not closed as it should be: {}", e.toString());
    }
  }
}
