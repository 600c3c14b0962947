package dev.rescind.system.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP proxy that hands on what it reads late, and in as small pieces as one likes. Order is kept,
 * as TCP keeps it.
 */
final class SlowPath implements AutoCloseable {
  /** What is done to every chunk, in each direction. */
  record Manner(Duration least, Duration most, int pieces) {
    private long nanos() {
      return least.equals(most)
          ? least.toNanos()
          : ThreadLocalRandom.current().nextLong(least.toNanos(), most.toNanos());
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Chunk(long due, byte[] bytes) {}

  private static final int WAITING_CHUNKS = 256;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Manner manner;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  SlowPath(String listen, InetSocketAddress target, Manner manner) throws IOException {
    this.server = new ServerSocket(0, 64, InetAddress.getByName(listen));
    this.target = target;
    this.manner = manner;
    start("slow-path-accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        join(server.accept(), new Socket());
      } catch (IOException e) {
        Thread.onSpinWait(); // closed
      }
    }
  }

  private void join(Socket from, Socket to) {
    open.add(from);
    open.add(to);
    try {
      to.connect(target, 1_000);
      pump(from, to);
      pump(to, from);
    } catch (IOException e) { // nobody there
      end(from);
      end(to);
    }
  }

  private void pump(Socket from, Socket to) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    to.setTcpNoDelay(true);
    LinkedBlockingQueue<Chunk> waiting = new LinkedBlockingQueue<>(WAITING_CHUNKS);
    start("slow-path-in", () -> read(in, waiting));
    start(
        "slow-path-out",
        () -> {
          write(waiting, out);
          end(from);
          end(to);
        });
  }

  private void read(InputStream in, LinkedBlockingQueue<Chunk> waiting) {
    byte[] buffer = new byte[16 * 1024];
    try {
      while (true) {
        int read = -1;
        try {
          read = in.read(buffer);
        } catch (IOException e) {
          read = -1;
        }
        waiting.put(
            new Chunk(
                System.nanoTime() + manner.nanos(), Arrays.copyOf(buffer, Math.max(0, read))));
        if (read < 0) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(LinkedBlockingQueue<Chunk> waiting, OutputStream out) {
    try {
      while (true) {
        Chunk chunk = waiting.take();
        if (chunk.bytes().length == 0) {
          return;
        }
        Rounds.sleepUntil(chunk.due());
        for (int at = 0; at < chunk.bytes().length; at += manner.pieces()) {
          out.write(chunk.bytes(), at, Math.min(manner.pieces(), chunk.bytes().length - at));
          out.flush();
        }
      }
    } catch (IOException e) {
      return; // the other side is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is gone either way
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(this::end);
  }
}
