package dev.rescind.introspector.http;

import dev.rescind.platform.http.HttpListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

/** Serves introspection on one event loop; others share the port. */
public final class HttpVerticle extends VerticleBase {
  private final HttpListener listener;
  private final Routes routes;

  private HttpVerticle(HttpListener listener, Routes routes) {
    this.listener = listener;
    this.routes = routes;
  }

  /** Deploys as many as the listener is for; returns the deployment once all listen. */
  public static Future<String> deploy(Vertx vertx, HttpListener listener, Routes routes) {
    return vertx.deployVerticle(
        () -> new HttpVerticle(listener, routes),
        new DeploymentOptions().setInstances(listener.servers()));
  }

  @Override
  public Future<HttpServer> start() {
    return listener.listen(vertx, routes);
  }
}
