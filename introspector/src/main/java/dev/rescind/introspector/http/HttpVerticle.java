package dev.rescind.introspector.http;

import dev.rescind.platform.config.ListenConfig;
import dev.rescind.platform.http.HttpListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;

/** Serves introspection on one event loop; one for each processor shares the port. */
public final class HttpVerticle extends VerticleBase {
  private final ListenConfig listen;
  private final Routes routes;

  private HttpVerticle(ListenConfig listen, Routes routes) {
    this.listen = listen;
    this.routes = routes;
  }

  /** Deploys as many as there are processors; returns the deployment once all listen. */
  public static Future<String> deploy(Vertx vertx, ListenConfig listen, Routes routes) {
    return vertx.deployVerticle(
        () -> new HttpVerticle(listen, routes),
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public Future<HttpServer> start() {
    return vertx
        .createHttpServer(HttpListener.options(listen.host(), listen.portOr(8080)))
        .requestHandler(routes)
        .listen();
  }
}
