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
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * HTTP GET of a small document: no redirects, a limit to its size, and one to the time in all. The
 * host's name is looked up once, and what was found and may be connected to is what is connected
 * to: a name that means something else a moment later (DNS rebinding) leads nowhere.
 */
final class BoundedGet {
  static final int MAX_BYTES = 512 * 1024;

  private final HttpClient client;
  private final Duration limit;
  private final HostLookup lookup;
  private final PrivateAddresses listed;

  BoundedGet(Vertx vertx, Duration limit, PrivateAddresses listed) {
    this(vertx, limit, listed, HostLookup.ofSystem(vertx));
  }

  BoundedGet(Vertx vertx, Duration limit, PrivateAddresses listed, HostLookup lookup) {
    this.limit = limit;
    this.listed = listed;
    this.lookup = lookup;
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
    String host = PrivateAddresses.unbracketed(options.getHost());
    return lookup
        .addresses(host)
        .compose(addresses -> permitted(host, addresses))
        .compose(addresses -> connected(options, addresses, 0))
        .compose(this::body)
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** All of them, or none: a name that leads inside as well as outside is not trusted. */
  private Future<List<InetAddress>> permitted(String host, List<InetAddress> addresses) {
    return !addresses.isEmpty()
            && addresses.stream().allMatch(address -> listed.permits(host, address))
        ? Future.succeededFuture(addresses)
        : Future.failedFuture(
            new KeyFetchException("a private address, which outbound.private_addresses lacks"));
  }

  /** Connected to the first address that takes it; the name is for the certificate and the host. */
  private Future<HttpClientRequest> connected(
      RequestOptions options, List<InetAddress> addresses, int index) {
    SocketAddress server =
        SocketAddress.inetSocketAddress(
            options.getPort(), addresses.get(index).getHostAddress());
    Future<HttpClientRequest> request =
        client.request(new RequestOptions(options).setServer(server));
    return index + 1 < addresses.size()
        ? request.recover(error -> connected(options, addresses, index + 1))
        : request;
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
