package dev.rescind.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends this process at once when the one that started it is gone, which a pipe's end tells. */
final class ParentWatch {
  private final AtomicBoolean stopping = new AtomicBoolean();

  /** Watches from now on. */
  void start(InputStream pipe) {
    Thread watch = new Thread(() -> watch(pipe), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** The process ends already; its stopping in order is not cut short. */
  void stopping() {
    stopping.set(true);
  }

  private void watch(InputStream pipe) {
    try {
      while (pipe.read() >= 0) {
        // Nothing that is said matters.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    if (!stopping.get()) {
      Runtime.getRuntime().halt(1);
    }
  }
}
