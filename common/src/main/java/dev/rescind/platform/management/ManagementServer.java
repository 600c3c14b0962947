package dev.rescind.platform.management;

import dev.rescind.platform.config.ListenConfig;
import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.json.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /health/live} (this process answers), {@code /health/ready} (its checks are passed;
 * otherwise 503) and {@code /metrics} (Prometheus' text format).
 */
public final class ManagementServer {
  /** Probes and scrapes are few; nobody here is known, or need be. */
  private static final HttpListener.Limits LIMITS =
      new HttpListener.Limits(256, 256, Duration.ofSeconds(10), Duration.ofSeconds(60));

  private final Vertx vertx;
  private final HttpListener listener;
  private final Supplier<Health> health;
  private final PrometheusMeterRegistry registry;
  private volatile @Nullable HttpServer server;

  public ManagementServer(
      Vertx vertx, ListenConfig listen, Supplier<Health> health, PrometheusMeterRegistry registry) {
    this.health = health;
    this.registry = registry;
    this.vertx = vertx;
    this.listener =
        new HttpListener(
            "management",
            SocketAddress.inetSocketAddress(listen.portOr(0), listen.host()),
            1,
            LIMITS,
            registry);
  }

  public Future<Void> start() {
    return listener.listen(vertx, this::handle).onSuccess(one -> server = one).mapEmpty();
  }

  public Future<Void> close() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  private void handle(HttpServerRequest request) {
    if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
      request.response().setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
      return;
    }
    switch (String.valueOf(request.path())) {
      case "/health/live" -> answer(request, 200, "application/json", "{\"status\":\"UP\"}");
      case "/health/ready" -> ready(request);
      case "/metrics" ->
          answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void ready(HttpServerRequest request) {
    Health now = health.get();
    var body = Json.object().put("status", now.isReady() ? "UP" : "DOWN");
    var checks = body.putArray("checks");
    for (Health.Check check : now.checks()) {
      checks
          .addObject()
          .put("name", check.name())
          .put("status", check.passed() ? "UP" : "DOWN")
          .put("detail", check.detail());
    }
    answer(request, now.isReady() ? 200 : 503, "application/json", Json.write(body));
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "no-store")
        .end(body);
  }
}
