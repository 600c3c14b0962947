package dev.rescind.platform.management;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.config.ListenConfig;
import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.http.RetryAfter;
import dev.rescind.platform.json.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /health/live} (this process answers), {@code /health/ready} (it serves; otherwise
 * 503), {@code /metrics} (Prometheus' text format) and {@code /index} (a digest of what the node
 * has applied).
 */
public final class ManagementServer {
  /** Probes and scrapes are few; nobody here is known, or need be. */
  private static final HttpListener.Limits LIMITS =
      new HttpListener.Limits(256, 256, Duration.ofSeconds(10), Duration.ofSeconds(60));

  private final HttpListener listener;
  private final Vertx vertx;
  private final Supplier<Health> health;
  private final PrometheusMeterRegistry registry;
  private volatile @Nullable HttpServer server;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile IndexView.@Nullable Source index;

  public ManagementServer(
      Vertx vertx, ListenConfig listen, Supplier<Health> health, PrometheusMeterRegistry registry) {
    this.health = health;
    this.registry = registry;
    this.vertx = vertx;
    this.listener =
        new HttpListener(
            vertx,
            "management",
            new HttpListener.Place(
                SocketAddress.inetSocketAddress(listen.portOr(0), listen.host()),
                listen.tlsFiles()),
            1,
            LIMITS,
            registry);
  }

  public Future<Void> start() {
    return listener.listen(this::handle).onSuccess(one -> server = one).mapEmpty();
  }

  public Future<Void> close() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }

  /** Shows an index from now on; before, there is none. */
  public void show(IndexView.Source source) {
    index = source;
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
      case "/index" -> index(request);
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void index(HttpServerRequest request) {
    String at = request.getParam("at");
    if (at != null && !at.matches("[0-9]{1,15}")) {
      refuse(request, 400, "at must be a time in milliseconds since 1970");
      return;
    }
    IndexView.Source source = index;
    if (source == null) {
      refuse(request, 503, "there is no index yet");
      return;
    }
    if (!looking.compareAndSet(false, true)) {
      refuse(request, 503, "somebody else is looking at it");
      return;
    }
    long millis = at == null ? System.currentTimeMillis() : Long.parseLong(at);
    vertx
        .executeBlocking(() -> source.at(millis), false)
        .onComplete(done -> looking.set(false))
        .onSuccess(
            view ->
                answer(
                    request,
                    200,
                    "application/json",
                    Json.write(
                        Json.object()
                            .put("node", view.node())
                            .put("position", view.position())
                            .put("facts", view.facts())
                            .put("digest", HexFormat.of().toHexDigits(view.digest())))))
        .onFailure(error -> refuse(request, 503, "it cannot be looked at"));
  }

  private static void refuse(HttpServerRequest request, int status, String why) {
    answer(request, status, "application/json", Json.write(Json.object().put("error", why)));
  }

  private void ready(HttpServerRequest request) {
    Health now = health.get();
    ObjectNode body = Json.object();
    body.put("status", now.ready() ? "UP" : "DOWN").put("state", now.state());
    Health.View view = now.view();
    if (view != null) {
      if (view.stalenessMillis() != null) {
        body.put("staleness_ms", view.stalenessMillis());
      }
      body.put("bound_ms", view.boundMillis()).put("position", view.position());
    }
    now.reasons().forEach(body.putArray("reasons")::add);
    ArrayNode warnings = body.putArray("warnings");
    now.warnings().forEach(warnings::add);
    listener.warnings().forEach(warnings::add);
    if (!now.ready()) {
      request.response().putHeader("Retry-After", RetryAfter.seconds());
    }
    answer(request, now.ready() ? 200 : 503, "application/json", Json.write(body));
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
  }
}
