package dev.rescind.publisher.http;

import dev.rescind.platform.http.HttpListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

/** Serves the publisher's routes on one event loop; others share the port. */
public final class PublisherVerticle extends VerticleBase {
  private final HttpListener listener;
  private final PublisherApi api;

  private PublisherVerticle(HttpListener listener, PublisherApi api) {
    this.listener = listener;
    this.api = api;
  }

  /** Deploys as many as the listener is for; returns the deployment once all listen. */
  public static Future<String> deploy(Vertx vertx, HttpListener listener, PublisherApi api) {
    return vertx.deployVerticle(
        () -> new PublisherVerticle(listener, api),
        new DeploymentOptions().setInstances(listener.servers()));
  }

  @Override
  public Future<HttpServer> start() {
    return listener.listen(vertx, api.router(vertx));
  }
}
