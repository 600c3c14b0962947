package dev.rescind.publisher.http;

import dev.rescind.platform.audit.AuditEvent.Action;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.LinkedHashMap;
import java.util.Map;

/** The publisher's routes. */
final class Routes {
  private final Router router;
  private final Exchange.Door door;

  Routes(Vertx vertx, Exchange.Door door) {
    this.router = Router.router(vertx);
    this.door = door;
  }

  Router build(
      RevokeEndpoint revoke,
      RevocationsApi revocations,
      CredentialsApi credentials,
      ApiKeysApi apiKeys,
      NodesApi nodes,
      ReloadApi reload,
      AuditApi audit,
      ApprovalsApi approvals) {
    router.route("/revoke").handler(context -> revoke.handle(context.request()));
    resource(
        "/v1/revocations",
        Exchange.MAX_BODY,
        Map.of(
            HttpMethod.GET,
            revocations::list,
            HttpMethod.POST,
            audited(Action.REVOKE, revocations::create)));
    resource(
        "/v1/revocations/preview",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.POST, revocations::preview));
    resource(
        "/v1/revocations/:id",
        Exchange.MAX_BODY,
        Map.of(
            HttpMethod.GET,
            revocations::show,
            HttpMethod.DELETE,
            audited(Action.LIFT, revocations::lift)));
    resource(
        "/v1/credentials",
        CredentialsApi.MAX_BODY,
        Map.of(HttpMethod.POST, audited(Action.REGISTER, credentials::register)));
    resource(
        "/v1/api-keys",
        Exchange.MAX_BODY,
        Map.of(
            HttpMethod.GET,
            apiKeys::list,
            HttpMethod.POST,
            audited(Action.API_KEY, apiKeys::create)));
    resource(
        "/v1/api-keys/:id",
        Exchange.MAX_BODY,
        Map.of(
            HttpMethod.GET,
            apiKeys::show,
            HttpMethod.DELETE,
            audited(Action.API_KEY, apiKeys::revoke)));
    resource(
        "/v1/api-keys/:id/rotate",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.POST, audited(Action.API_KEY, apiKeys::rotate)));
    resource("/v1/nodes", Exchange.MAX_BODY, Map.of(HttpMethod.GET, nodes::list));
    resource(
        "/v1/reload",
        Exchange.MAX_BODY,
        Map.of(HttpMethod.POST, audited(Action.RELOAD, reload::reload)));
    resource("/v1/approvals", Exchange.MAX_BODY, Map.of(HttpMethod.GET, approvals::list));
    resource(
        "/v1/approvals/:id",
        Exchange.MAX_BODY,
        Map.of(
            HttpMethod.GET,
            approvals::show,
            HttpMethod.POST,
            audited(Action.APPROVAL_DECISION, approvals::decide)));
    resource("/v1/audit", Exchange.MAX_BODY, Map.of(HttpMethod.GET, audit::list));
    resource("/v1/audit/verification", Exchange.MAX_BODY, Map.of(HttpMethod.GET, audit::verify));
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

  private static Exchange.Operation audited(Action action, Exchange.Operation operation) {
    return new Exchange.Audited(action, operation);
  }

  private void resource(String path, int limit, Map<HttpMethod, Exchange.Operation> operations) {
    Map<HttpMethod, Exchange.Operation> byMethod = new LinkedHashMap<>(operations);
    byMethod.forEach(
        (method, operation) ->
            router
                .route(method, path)
                .handler(context -> Exchange.serve(context, door, limit, operation)));
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
