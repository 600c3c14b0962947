package dev.rescind.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that were free a moment ago, each given once. They are below those that systems give to
 * outgoing connections, which could take one before it is listened on.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int PORTS = 18_000;
  private static final AtomicInteger next =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private FreePorts() {}

  public static int one() {
    while (true) {
      int port = FIRST + Math.floorMod(next.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        Thread.onSpinWait(); // taken: the next one, then
      }
    }
  }
}
