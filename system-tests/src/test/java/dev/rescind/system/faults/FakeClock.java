package dev.rescind.system.faults;

import dev.rescind.system.faults.FaultCluster.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process's wall clock, which can be set while the process runs; its monotonic clock is left as
 * it is. Made by libfaketime, which reads a file again each second.
 */
final class FakeClock {
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
          Path.of("/usr/lib64/faketime/libfaketime.so.1"),
          Path.of("/usr/lib/faketime/libfaketime.so.1"));

  private final Node node;
  private final Path file;
  private long pid = -1;

  FakeClock(Node node) {
    this.node = node;
    this.file = node.child().log().resolveSibling(node.name() + ".clock");
  }

  static Optional<Path> library() {
    return LIBRARIES.stream().filter(Files::exists).findFirst();
  }

  /** Starts the process anew with a clock that can be set, unless it runs with one. */
  void prepare() throws IOException {
    set(0);
    if (node.child().isAlive() && node.child().pid() == pid) {
      return;
    }
    node.child().stop();
    node.child()
        .start(
            Map.of(
                "LD_PRELOAD",
                library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1",
                // Or every timed wait of the JVM, which is on the monotonic clock, ends at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0"));
    pid = node.child().pid();
  }

  /** Sets it; the process sees it within a second or so. */
  void set(int secondsAhead) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, (secondsAhead < 0 ? "" : "+") + secondsAhead + "\n");
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
