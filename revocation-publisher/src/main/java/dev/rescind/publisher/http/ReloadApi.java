package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.config.ConfigProblem;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.service.ConfigReload;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** {@code /v1/reload}: lets this publisher load its configuration anew. */
final class ReloadApi {
  private final Supplier<Future<ConfigReload.Outcome>> reload;
  private final Supplier<String> position;

  /**
   * @param position for the answers' headers
   */
  ReloadApi(Supplier<Future<ConfigReload.Outcome>> reload, Supplier<String> position) {
    this.reload = reload;
    this.position = position;
  }

  Future<Void> reload(Exchange exchange) throws Problem {
    exchange.require(Right.RELOAD);
    return reload
        .get()
        .compose(
            outcome -> {
              if (outcome instanceof ConfigReload.Outcome.Applied applied) {
                return exchange.answer(200, position.get(), body(applied));
              }
              FieldErrors errors = new FieldErrors();
              ((ConfigReload.Outcome.Refused) outcome).problems().forEach(one -> add(errors, one));
              return Future.failedFuture(
                  Problem.unprocessable(
                      "the configuration cannot be used, and the one before stays in force",
                      errors));
            });
  }

  private static void add(FieldErrors errors, ConfigProblem problem) {
    errors.add(problem.key(), problem.message() + " (" + problem.where() + ")");
  }

  private static ObjectNode body(ConfigReload.Outcome.Applied applied) {
    ObjectNode body = Json.object();
    put(body.putObject("identities"), applied.identities());
    put(body.putObject("issuers"), applied.issuers());
    applied.needRestart().forEach(body.putArray("needs_restart")::add);
    return body;
  }

  private static void put(ObjectNode into, ConfigReload.Changes changes) {
    changes.added().forEach(into.putArray("added")::add);
    changes.changed().forEach(into.putArray("changed")::add);
    changes.removed().forEach(into.putArray("removed")::add);
  }
}
