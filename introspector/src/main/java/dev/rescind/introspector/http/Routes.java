package dev.rescind.introspector.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** The introspector's routes, by exact path: nothing stands between them and the server. */
public final class Routes implements Handler<HttpServerRequest> {
  private final IntrospectionEndpoint introspection;
  private final MetadataEndpoint metadata;
  private final JwksEndpoint jwks;

  public Routes(IntrospectionEndpoint introspection, MetadataEndpoint metadata, JwksEndpoint jwks) {
    this.introspection = introspection;
    this.metadata = metadata;
    this.jwks = jwks;
  }

  @Override
  public void handle(HttpServerRequest request) {
    switch (String.valueOf(request.path())) {
      case "/introspect" -> introspection.handle(request);
      case MetadataEndpoint.PATH -> metadata.handle(request);
      case JwksEndpoint.PATH -> jwks.handle(request);
      default -> request.response().setStatusCode(404).end();
    }
  }
}
