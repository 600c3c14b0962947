package dev.rescind.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections of one who means no good: each sends a text and then drips, or just stays; of those
 * that the server closes, a thousand a second are made anew.
 */
final class Attackers implements AutoCloseable {
  private static final int ROUND_MILLIS = 250;
  private static final int MADE_ANEW_IN_A_ROUND = 250;

  private final InetSocketAddress address;
  private final List<String> texts;
  private final List<SocketChannel> connections = new ArrayList<>();
  private final AtomicBoolean done = new AtomicBoolean();
  private final Thread thread = new Thread(this::drip, "attackers");
  private final AtomicInteger made = new AtomicInteger();

  /**
   * @param texts what connections begin with, in turn
   */
  Attackers(String url, int connections, List<String> texts) throws IOException {
    URI uri = URI.create(url);
    this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
    this.texts = texts;
    for (int i = 0; i < connections; i++) {
      this.connections.add(connect(i));
    }
    thread.start();
  }

  private SocketChannel connect(int number) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channel.configureBlocking(false);
    write(channel, texts.get(number % texts.size()));
    made.incrementAndGet();
    return channel;
  }

  /** Whether the other side still takes something; a full buffer counts as that. */
  private static boolean write(SocketChannel channel, String text) {
    try {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void drip() {
    ByteBuffer answer = ByteBuffer.allocate(1);
    while (!done.get()) {
      int left = MADE_ANEW_IN_A_ROUND;
      for (int i = 0; i < connections.size() && !done.get(); i++) {
        if (!isOpen(connections.get(i), answer) && left-- > 0) {
          replace(i);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(ROUND_MILLIS).toNanos());
    }
  }

  private static boolean isOpen(SocketChannel channel, ByteBuffer answer) {
    answer.clear();
    try {
      return write(channel, "x") && channel.read(answer) >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void replace(int number) {
    try {
      connections.get(number).close();
      connections.set(number, connect(number));
    } catch (IOException e) {
      Thread.onSpinWait(); // next round, then
    }
  }

  /** How many connections were made in all. */
  int made() {
    return made.get();
  }

  @Override
  public void close() throws IOException {
    done.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : connections) {
      channel.close();
    }
  }
}
