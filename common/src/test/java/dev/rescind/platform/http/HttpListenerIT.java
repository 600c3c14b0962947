package dev.rescind.platform.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F18: what clients may hold of a server, as bytes on real sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HttpListenerIT {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String KNOWN = "GET /known HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String STRANGE = "GET /strange HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String ANSWERED_LATER = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicInteger requests = new AtomicInteger();
  private final BlockingQueue<HttpServerRequest> unanswered = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().await();
  }

  private void listen(int connections, int strangers, Duration request, Duration idle) {
    HttpListener listener =
        new HttpListener(
            vertx,
            "test",
            new HttpListener.Place(SocketAddress.inetSocketAddress(0, "127.0.0.1"), null),
            1,
            new HttpListener.Limits(connections, strangers, request, idle),
            metrics);
    port = listener.listen(this::handle).await().actualPort();
  }

  private void handle(HttpServerRequest request) {
    requests.incrementAndGet();
    switch (request.path()) {
      case "/later" -> unanswered.add(request);
      case "/known" ->
          request.response().putHeader(PositionHeader.POSITION, "p").end("a".repeat(1_000));
      default ->
          BoundedBody.read(request, 100)
              .onComplete(read -> request.response().setStatusCode(401).end());
    }
  }

  private Socket connect() throws IOException {
    return connect(InetAddress.getLoopbackAddress());
  }

  private Socket connect(InetAddress from) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0);
    socket.setSoTimeout(30_000);
    sockets.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  /** Sends a request and reads the first byte of its answer, and what is there of the rest. */
  private static boolean isAnswered(Socket socket, String request) throws IOException {
    try {
      send(socket, request);
      boolean answered = socket.getInputStream().read() == 'H';
      byte[] rest = new byte[4_096];
      int more = answered ? socket.getInputStream().read(rest) : 0;
      return answered && more > 0;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Whether the other side closes, sooner or later. */
  private static boolean isClosed(Socket socket) throws IOException {
    try {
      byte[] chunk = new byte[8_192];
      int read = socket.getInputStream().read(chunk);
      while (read >= 0) {
        read = socket.getInputStream().read(chunk);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean isOpen(Socket socket) throws IOException {
    socket.setSoTimeout(1);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (SocketException e) {
      return false;
    } finally {
      socket.setSoTimeout(30_000);
    }
  }

  private double closed(String cause) {
    return metrics
        .counter("rescind.http.connections.closed", "server", "test", "cause", cause)
        .count();
  }

  private double open() {
    return metrics.get("rescind.http.connections").gauge().value();
  }

  private void awaitOpen(int connections) throws InterruptedException {
    while (open() != connections) {
      TimeUnit.MILLISECONDS.sleep(1); // to be interrupted by the time limit
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "POST",
        "POST / HTTP/1.1\r\nHost: a\r\nX: ",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        "GET /known HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\n"
      })
  void closesAConnectionWhoseRequestOnlyTrickles(String begin) throws Exception {
    listen(100, 100, SHORT, LONG);
    Socket socket = connect();
    send(socket, begin);
    Thread trickle =
        new Thread(
            () -> {
              try {
                while (true) {
                  socket.getOutputStream().write('x');
                  TimeUnit.MILLISECONDS.sleep(20);
                }
              } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    trickle.start();

    assertThat(isClosed(socket)).isTrue();
    trickle.join();
    assertThat(closed("request_timeout")).isEqualTo(1);
    awaitOpen(0);
  }

  @Test
  void closesAConnectionWithoutAFurtherRequest_thoughBytesOfOneCome() throws Exception {
    listen(100, 100, LONG, SHORT);
    Socket socket = connect();
    assertThat(isAnswered(socket, KNOWN)).isTrue();
    send(socket, "POST / HT");

    assertThat(isClosed(socket)).isTrue();
    assertThat(closed("idle")).isEqualTo(1);
  }

  @Test
  void leavesAConnectionThatWaitsForItsAnswer() throws Exception {
    listen(100, 100, SHORT, SHORT.multipliedBy(2));
    Socket waiting = connect();
    send(waiting, ANSWERED_LATER);
    HttpServerRequest request = unanswered.take();
    Socket idle = connect();
    assertThat(isAnswered(idle, KNOWN)).isTrue();
    assertThat(isClosed(idle)).isTrue(); // so long it has been

    request.response().end("late");

    assertThat(waiting.getInputStream().read()).isEqualTo('H');
  }

  @Test
  void answersAThousandPipelinedRequests() throws Exception {
    listen(100, 100, LONG, LONG);
    Socket socket = connect();
    send(
        socket, STRANGE.repeat(999) + STRANGE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));

    String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);

    assertThat(answers.split("HTTP/1.1 401 ", -1)).hasSize(1_001);
  }

  @Test
  void answersNoMoreToAClientThatDoesNotRead_andClosesItsConnection() throws Exception {
    listen(100, 100, SHORT, SHORT);
    Socket socket = connect();
    byte[] thousand = KNOWN.repeat(1_000).getBytes(US_ASCII);
    int sent = 0;
    try {
      for (; sent < 1_000; sent++) {
        socket.getOutputStream().write(thousand);
      }
    } catch (SocketException e) {
      // The other side has had enough.
    }

    assertThat(sent).isLessThan(1_000);
    assertThat(requests.get()).isLessThan(100_000);
    assertThat(isClosed(socket)).isTrue();
    awaitOpen(0);
  }

  @Test
  void closesTheOldestStranger_whereThereAreTooMany_andNoKnownCaller() throws Exception {
    listen(100, 3, LONG, LONG);
    Socket known = connect();
    assertThat(isAnswered(known, KNOWN)).isTrue();
    Socket oldest = connect();
    assertThat(isAnswered(oldest, STRANGE)).isTrue();
    Socket second = connect();
    send(second, "POST / HTTP/1.1\r\nX: ");
    Socket third = connect();
    awaitOpen(4);
    Socket newest = connect();

    assertThat(isClosed(oldest)).isTrue();
    assertThat(isAnswered(newest, KNOWN)).isTrue();
    assertThat(isAnswered(known, KNOWN)).isTrue();
    assertThat(isOpen(second)).isTrue();
    assertThat(isOpen(third)).isTrue();
    assertThat(closed("too_many")).isEqualTo(1);
  }

  @Test
  void closesAStrangerOfTheNetworkThatHasMost_thoughAnothersIsOlder() throws Exception {
    listen(100, 3, LONG, LONG);
    Socket other = connect(InetAddress.getByName("127.0.0.2"));
    Socket first = connect();
    Socket second = connect();
    awaitOpen(3);
    Socket newest = connect();

    assertThat(isClosed(first)).isTrue();
    assertThat(isAnswered(other, KNOWN)).isTrue();
    assertThat(isOpen(second)).isTrue();
    assertThat(isOpen(newest)).isTrue();
  }

  @Test
  void takesTheFirstHalfOfAnIpv6AddressForItsNetwork() {
    assertThat(Connections.network(SocketAddress.inetSocketAddress(1, "2001:db8:0:1:0:0:0:7")))
        .isEqualTo("2001:db8:0:1");
    assertThat(Connections.network(SocketAddress.inetSocketAddress(1, "192.0.2.7")))
        .isEqualTo("192.0.2.7");
  }

  @Test
  void closesNoStrangerThatWaitsForItsAnswer() throws Exception {
    listen(100, 2, LONG, LONG);
    Socket waiting = connect();
    send(waiting, ANSWERED_LATER);
    HttpServerRequest request = unanswered.take();
    Socket silent = connect();
    awaitOpen(2);
    Socket newest = connect();

    assertThat(isClosed(silent)).isTrue();
    assertThat(isAnswered(newest, STRANGE)).isTrue();
    request.response().end("late");
    assertThat(waiting.getInputStream().read()).isEqualTo('H');
  }

  @Test
  void closesTheLeastUsedKnownCaller_whereAllAreKnown() throws Exception {
    listen(3, 3, LONG, LONG);
    List<Socket> known = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      known.add(connect());
      assertThat(isAnswered(known.get(i), KNOWN)).isTrue();
    }
    assertThat(isAnswered(known.get(0), KNOWN)).isTrue();
    Socket newest = connect();

    assertThat(isClosed(known.get(1))).isTrue();
    assertThat(isAnswered(newest, KNOWN)).isTrue();
    assertThat(isAnswered(known.get(0), KNOWN)).isTrue();
    assertThat(isAnswered(known.get(2), KNOWN)).isTrue();
  }

  @Test
  void closesTheNewest_whereAllOthersWaitForTheirAnswers() throws Exception {
    listen(2, 2, LONG, LONG);
    Socket first = connect();
    send(first, ANSWERED_LATER);
    Socket second = connect();
    send(second, ANSWERED_LATER);
    unanswered.take();
    unanswered.take();

    assertThat(isClosed(connect())).isTrue();
    assertThat(isOpen(first)).isTrue();
    assertThat(isOpen(second)).isTrue();
  }

  @Test
  void forgetsConnectionsThatAreReset() throws Exception {
    listen(1_000, 1_000, LONG, LONG);
    for (int i = 0; i < 300; i++) {
      Socket socket = connect();
      send(
          socket,
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\nhalf".substring(0, 20 + i % 30));
      socket.setSoLinger(true, 0);
      socket.close();
    }
    awaitOpen(0);
    assertThat(isAnswered(connect(), KNOWN)).isTrue();
  }
}
