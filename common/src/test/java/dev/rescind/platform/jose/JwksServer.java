package dev.rescind.platform.jose;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server on this machine that publishes keys, or misbehaves, as it is told. */
final class JwksServer {
  private final Vertx vertx;
  private final HttpServer server;
  private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Handler<HttpServerRequest> behaviour = request -> answer(request, 404, "");

  JwksServer(Vertx vertx) {
    this.vertx = vertx;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  requests.add(request);
                  behaviour.handle(request);
                })
            .listen(0, "127.0.0.1")
            .await();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.actualPort() + path;
  }

  int port() {
    return server.actualPort();
  }

  /** The hosts, with their ports, that were asked for them. */
  List<String> hosts() {
    return requests.stream().map(one -> one.authority().toString()).toList();
  }

  /** The paths that were asked for. */
  List<String> asked() {
    return requests.stream().map(HttpServerRequest::path).toList();
  }

  void will(Handler<HttpServerRequest> behaviour) {
    this.behaviour = behaviour;
  }

  void willAnswer(int status, String body) {
    will(request -> answer(request, status, body));
  }

  void willPublish(ObjectNode... jwks) {
    willAnswer(200, new String(OneIssuer.set(jwks), UTF_8));
  }

  /** Sends one such chunk after the other for as long as the other side takes them. */
  Promise<Void> willSendWithoutEnd(Buffer chunk, long everyMillis) {
    Promise<Void> hungUp = Promise.promise();
    will(
        request -> {
          request.connection().closeHandler(closed -> hungUp.tryComplete());
          HttpServerResponse response = request.response().setChunked(true);
          response.exceptionHandler(error -> hungUp.tryComplete());
          send(response, chunk, everyMillis, hungUp);
        });
    return hungUp;
  }

  private void send(
      HttpServerResponse response, Buffer chunk, long everyMillis, Promise<Void> hungUp) {
    if (!hungUp.future().isComplete()) {
      response
          .write(chunk)
          .onSuccess(
              sent ->
                  vertx.setTimer(everyMillis, id -> send(response, chunk, everyMillis, hungUp)));
    }
  }

  static void answer(HttpServerRequest request, int status, String body) {
    request.response().setStatusCode(status).end(body);
  }
}
