package dev.rescind.introspector.http;

import dev.rescind.platform.sign.SigningKeys;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * {@code GET /jwks.json}: the public keys by which signed answers can be verified (RFC 7517 section
 * 5); 404 where no answer is signed.
 */
public final class JwksEndpoint implements Handler<HttpServerRequest> {
  static final String PATH = "/jwks.json";

  private final SigningKeys keys;
  private final Buffer document;

  public JwksEndpoint(SigningKeys keys) {
    this.keys = keys;
    this.document = Buffer.buffer(keys.jwks());
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (keys.isEmpty()) {
      request.response().setStatusCode(404).end();
    } else if (!HttpMethod.GET.equals(request.method())
        && !HttpMethod.HEAD.equals(request.method())) {
      request.response().setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
    } else {
      request
          .response()
          .putHeader("Content-Type", "application/jwk-set+json")
          .putHeader("Cache-Control", "max-age=300")
          .end(document);
    }
  }
}
