package dev.rescind.introspector.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** The introspector's routes, by exact path: nothing stands between them and the server. */
public final class Routes implements Handler<HttpServerRequest> {
  private final IntrospectionEndpoint introspection;
  private final MetadataEndpoint metadata;

  public Routes(IntrospectionEndpoint introspection, MetadataEndpoint metadata) {
    this.introspection = introspection;
    this.metadata = metadata;
  }

  @Override
  public void handle(HttpServerRequest request) {
    switch (String.valueOf(request.path())) {
      case "/introspect" -> introspection.handle(request);
      case MetadataEndpoint.PATH -> metadata.handle(request);
      default -> request.response().setStatusCode(404).end();
    }
  }
}
