package dev.rescind.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Things that were opened, possibly by several threads, to be closed together in bounded time. */
final class Orderly {
  private final List<AutoCloseable> open = new ArrayList<>();
  private boolean closing;

  /** What is opened while all is being closed is closed too. */
  void opened(AutoCloseable thing) {
    synchronized (this) {
      if (!closing) {
        open.add(thing);
        return;
      }
    }
    close(thing);
  }

  /** Closes all at once, and waits no longer than this; whether all are closed. */
  boolean close(Duration patience) {
    List<AutoCloseable> all;
    synchronized (this) {
      closing = true;
      all = List.copyOf(open);
      open.clear();
    }
    CompletableFuture<?>[] closed =
        all.stream()
            .map(thing -> CompletableFuture.runAsync(() -> close(thing), Orderly::daemon))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(closed).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "close");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      // The process ends anyway; what it holds ends with it.
    }
  }
}
