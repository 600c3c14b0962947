package dev.rescind.platform.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the services listen: HTTP/1.1, with every part of a request bounded in size and in time, and
 * the connections in number.
 */
public final class HttpListener {
  private static final int MAX_LINE = 4 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;

  /**
   * What the clients of a service, or of one of its servers, may hold.
   *
   * @param maxConnections all at once
   * @param maxStrangers of them, those on which nobody was answered yet as a known caller is
   * @param requestTimeout in which a request must be there whole
   * @param idleTimeout in which the next request must begin and its head be there
   */
  public record Limits(
      int maxConnections, int maxStrangers, Duration requestTimeout, Duration idleTimeout) {

    private Limits share(int servers) {
      return new Limits(
          (maxConnections + servers - 1) / servers,
          (maxStrangers + servers - 1) / servers,
          requestTimeout,
          idleTimeout);
    }

    private long checkMillis() {
      long shorter = Math.min(requestTimeout.toMillis(), idleTimeout.toMillis());
      return Math.max(10, shorter / 8);
    }
  }

  /**
   * Where a server listens.
   *
   * @param tls what it proves itself with; null: plain HTTP
   */
  public record Place(SocketAddress address, @Nullable TlsFiles tls) {}

  private final Vertx vertx;
  private final SocketAddress address;
  private final HttpServerOptions options;
  private final @Nullable TlsRenewal renewal;
  private final SecurityHeaders security;
  private final int servers;
  private final Limits share;
  private final List<Connections> connections = new CopyOnWriteArrayList<>();
  private final Map<Connections.Cause, Counter> closed = new EnumMap<>(Connections.Cause.class);

  /**
   * @param name of the service's port, for its metrics
   * @param servers how many share the port, and the limits
   * @throws IllegalArgumentException that says what is wrong with the files of TLS
   */
  public HttpListener(
      Vertx vertx, String name, Place place, int servers, Limits limits, MeterRegistry registry) {
    this.vertx = vertx;
    this.address = place.address();
    this.servers = servers;
    TlsFiles tls = place.tls();
    this.renewal = tls == null ? null : new TlsRenewal(name, vertx, tls, InstantSource.system());
    this.security = new SecurityHeaders(tls != null);
    this.share = limits.share(servers);
    this.options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            // Its extensions count pipelined requests, and break the connection at 128.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true)
            .setSsl(tls != null);
    if (renewal != null) {
      renewal.register(registry);
      renewal.start();
    }
    Gauge.builder(
            "rescind.http.connections",
            connections,
            all -> all.stream().mapToInt(Connections::size).sum())
        .description("Connections that are open")
        .tag("server", name)
        .register(registry);
    for (Connections.Cause cause : Connections.Cause.values()) {
      closed.put(
          cause,
          Counter.builder("rescind.http.connections.closed")
              .description("Connections that were closed because their client took too much")
              .tag("server", name)
              .tag("cause", cause.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  /**
   * Starts all servers, each on an event loop of its own; returns their deployment once all listen.
   *
   * @param handlers makes that of one server
   */
  public Future<String> deploy(Function<Vertx, Handler<HttpServerRequest>> handlers) {
    return vertx.deployVerticle(
        () ->
            new VerticleBase() {
              @Override
              public Future<HttpServer> start() {
                return listen(handlers.apply(vertx));
              }
            },
        new DeploymentOptions().setInstances(servers));
  }

  /** Starts one of the servers. */
  public Future<HttpServer> listen(Handler<HttpServerRequest> handler) {
    Connections own = new Connections(share, System::nanoTime, this::close);
    connections.add(own);
    vertx.setPeriodic(share.checkMillis(), tick -> own.check());
    HttpServer server =
        renewal == null
            ? vertx.createHttpServer(options)
            : vertx.createHttpServer(new HttpServerConfig(options), renewal.content().options());
    return server
        .connectionHandler(own::opened)
        .requestHandler(
            request -> {
              own.began(request);
              security.addTo(request.response());
              handler.handle(request);
            })
        .invalidRequestHandler(
            request -> {
              security.addTo(request.response());
              HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
            })
        .listen(address)
        .onSuccess(
            listening -> {
              if (renewal != null) {
                renewal.add(listening);
              }
            });
  }

  /** What operators should know of the server's certificate before it hurts. */
  public List<String> warnings() {
    return renewal == null ? List.of() : renewal.warnings();
  }

  private void close(HttpConnection connection, Connections.Cause cause) {
    Counter counter = closed.get(cause);
    if (counter != null) {
      counter.increment();
    }
    // The connection's own close() first writes what waits to be written, to whoever does not read.
    if (connection instanceof ConnectionBase base) {
      var unused = base.channelHandlerContext().close();
    } else {
      var unused = connection.close();
    }
  }
}
