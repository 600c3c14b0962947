package dev.rescind.platform.jose;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** HTTP GET of a small document: no redirects, a limit to its size, and one to the time in all. */
final class BoundedGet {
  static final int MAX_BYTES = 512 * 1024;

  private final HttpClient client;
  private final Duration limit;

  BoundedGet(Vertx vertx, Duration limit) {
    this.limit = limit;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout(Math.toIntExact(limit.toMillis())));
  }

  Future<byte[]> get(String url) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(url)
            .setFollowRedirects(false)
            .putHeader("Accept", "application/jwk-set+json, application/json");
    return client
        .request(options)
        .compose(this::body)
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<byte[]> body(HttpClientRequest request) {
    return request
        .send()
        .compose(BoundedGet::read)
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(error -> request.reset());
  }

  private static Future<byte[]> read(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      return Future.failedFuture(new KeyFetchException("status " + response.statusCode()));
    }
    Promise<byte[]> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > MAX_BYTES) {
            whole.tryFail(new KeyFetchException("body over " + MAX_BYTES + " bytes"));
          } else {
            body.appendBuffer(chunk);
          }
        });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(body.getBytes()));
    return whole.future();
  }

  Future<Void> close() {
    return client.close();
  }
}
