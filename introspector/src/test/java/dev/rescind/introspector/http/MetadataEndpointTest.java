package dev.rescind.introspector.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.platform.sign.SigningKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** RFC 8414 section 3. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 10, timeUnit = TimeUnit.SECONDS)
class MetadataEndpointTest {
  private static final SigningKeys NONE = new SigningKeys(List.of());

  private static Future<HttpClientResponse> ask(
      Vertx vertx, MetadataEndpoint endpoint, HttpMethod method) {
    return vertx
        .createHttpServer()
        .requestHandler(endpoint)
        .listen(0, "127.0.0.1")
        .compose(
            server ->
                vertx
                    .createHttpClient()
                    .request(method, server.actualPort(), "127.0.0.1", MetadataEndpoint.PATH))
        .compose(request -> request.send());
  }

  @Test
  void namesTheEndpoints_andHowToAuthenticateThere(Vertx vertx, VertxTestContext context) {
    MetadataEndpoint endpoint =
        new MetadataEndpoint("https://rescind.example/", "https://publisher.example/revoke", NONE);

    ask(vertx, endpoint, HttpMethod.GET)
        .compose(HttpClientResponse::body)
        .onComplete(
            context.succeeding(
                body ->
                    context.verify(
                        () -> {
                          JsonObject document = body.toJsonObject();
                          assertThat(document.getString("issuer"))
                              .isEqualTo("https://rescind.example/");
                          assertThat(document.getString("introspection_endpoint"))
                              .isEqualTo("https://rescind.example/introspect");
                          assertThat(document.getString("revocation_endpoint"))
                              .isEqualTo("https://publisher.example/revoke");
                          assertThat(
                                  document
                                      .getJsonArray("introspection_endpoint_auth_methods_supported")
                                      .encode())
                              .isEqualTo("[\"client_secret_basic\",\"client_secret_post\"]");
                          context.completeNow();
                        })));
  }

  @Test
  void leavesOutWhatItIsNotTold(Vertx vertx, VertxTestContext context) {
    ask(vertx, new MetadataEndpoint("https://rescind.example", null, NONE), HttpMethod.GET)
        .compose(HttpClientResponse::body)
        .onComplete(
            context.succeeding(
                body ->
                    context.verify(
                        () -> {
                          assertThat(body.toJsonObject().fieldNames())
                              .containsExactly(
                                  "issuer",
                                  "introspection_endpoint",
                                  "introspection_endpoint_auth_methods_supported",
                                  "response_types_supported");
                          context.completeNow();
                        })));
  }

  @Test
  void answers405ToAnythingButReading(Vertx vertx, VertxTestContext context) {
    ask(vertx, new MetadataEndpoint("https://rescind.example", null, NONE), HttpMethod.POST)
        .onComplete(
            context.succeeding(
                response ->
                    context.verify(
                        () -> {
                          assertThat(response.statusCode()).isEqualTo(405);
                          assertThat(response.getHeader("Allow")).isEqualTo("GET, HEAD");
                          context.completeNow();
                        })));
  }
}
