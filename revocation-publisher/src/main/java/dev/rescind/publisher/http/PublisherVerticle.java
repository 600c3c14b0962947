package dev.rescind.publisher.http;

import dev.rescind.platform.config.ListenConfig;
import dev.rescind.platform.http.HttpListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

/** Serves the publisher's routes on one event loop; one for each processor shares the port. */
public final class PublisherVerticle extends VerticleBase {
  private final ListenConfig listen;
  private final PublisherApi api;

  private PublisherVerticle(ListenConfig listen, PublisherApi api) {
    this.listen = listen;
    this.api = api;
  }

  /** Deploys as many as there are processors; returns the deployment once all listen. */
  public static Future<String> deploy(Vertx vertx, ListenConfig listen, PublisherApi api) {
    return vertx.deployVerticle(
        () -> new PublisherVerticle(listen, api),
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public Future<HttpServer> start() {
    return vertx
        .createHttpServer(HttpListener.options(listen.host(), listen.portOr(8081)))
        .requestHandler(api.router(vertx))
        .listen();
  }
}
