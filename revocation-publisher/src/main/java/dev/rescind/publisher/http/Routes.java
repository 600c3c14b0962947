package dev.rescind.publisher.http;

import dev.rescind.platform.identity.CallerAuthenticator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.LinkedHashMap;
import java.util.Map;

/** The publisher's routes. */
final class Routes {
  private final Router router;
  private final CallerAuthenticator authenticator;

  Routes(Vertx vertx, CallerAuthenticator authenticator) {
    this.router = Router.router(vertx);
    this.authenticator = authenticator;
  }

  Router build(
      RevokeEndpoint revoke,
      RevocationsApi revocations,
      CredentialsApi credentials,
      ApiKeysApi apiKeys,
      NodesApi nodes,
      ReloadApi reload) {
    router.route("/revoke").handler(context -> revoke.handle(context.request()));
    resource(
        "/v1/revocations",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.GET, revocations::list, HttpMethod.POST, revocations::create));
    resource(
        "/v1/revocations/:id",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.GET, revocations::show, HttpMethod.DELETE, revocations::lift));
    resource(
        "/v1/credentials", CredentialsApi.MAX_BODY, Map.of(HttpMethod.POST, credentials::register));
    resource(
        "/v1/api-keys",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.GET, apiKeys::list, HttpMethod.POST, apiKeys::create));
    resource(
        "/v1/api-keys/:id",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.GET, apiKeys::show, HttpMethod.DELETE, apiKeys::revoke));
    resource(
        "/v1/api-keys/:id/rotate", Exchange.MAX_BODY, Map.of(HttpMethod.POST, apiKeys::rotate));
    resource("/v1/nodes", Exchange.MAX_BODY, Map.of(HttpMethod.GET, nodes::list));
    resource("/v1/reload", Exchange.MAX_BODY, Map.of(HttpMethod.POST, reload::reload));
    router.route().handler(context -> Problem.notFound().answer(context.response()));
    router.errorHandler(
        400, context -> Problem.badRequest("the request is broken").answer(context.response()));
    router.errorHandler(
        500,
        context ->
            Exchange.fail(
                context,
                context.failure() == null
                    ? Problem.unavailable("this publisher failed")
                    : context.failure()));
    return router;
  }

  private void resource(String path, int limit, Map<HttpMethod, Exchange.Operation> operations) {
    Map<HttpMethod, Exchange.Operation> byMethod = new LinkedHashMap<>(operations);
    byMethod.forEach(
        (method, operation) ->
            router
                .route(method, path)
                .handler(context -> Exchange.serve(context, authenticator, limit, operation)));
    String allow =
        byMethod.keySet().stream()
            .map(HttpMethod::name)
            .sorted()
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    Route rest = router.route(path);
    rest.handler(context -> Problem.methodNotAllowed(allow).answer(context.response()));
  }
}
