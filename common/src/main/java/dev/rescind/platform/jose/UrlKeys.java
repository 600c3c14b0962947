package dev.rescind.platform.jose;

import io.vertx.core.Future;
import java.util.List;

/** A JWK Set at a URL. */
record UrlKeys(BoundedGet http, String url) implements KeySource {
  @Override
  public Future<List<VerificationKey>> fetch() {
    return http.get(url)
        .compose(
            body -> {
              try {
                return Future.succeededFuture(JwkReader.readSet(body));
              } catch (KeyFetchException e) {
                return Future.failedFuture(e);
              }
            });
  }
}
