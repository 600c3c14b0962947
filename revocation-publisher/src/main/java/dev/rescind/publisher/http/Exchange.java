package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import dev.rescind.platform.http.BoundedBody;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.http.RequestEvidence;
import dev.rescind.platform.identity.Authentication;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.identity.Evidence;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.publisher.audit.Audit;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request under {@code /v1} of a known caller, and its answer. */
final class Exchange {
  /** No JSON body is larger than this, in bytes. */
  static final int MAX_BODY = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final RoutingContext context;
  private final Identity caller;
  private final Buffer body;
  private final Audit audit;
  private final @Nullable AuditEvent event;
  private boolean audited;

  private Exchange(
      RoutingContext context,
      Identity caller,
      Buffer body,
      Audit audit,
      @Nullable AuditEvent event) {
    this.context = context;
    this.caller = caller;
    this.body = body;
    this.audit = audit;
    this.event = event;
  }

  /** Who may come in, and where it is written down. */
  record Door(CallerAuthenticator authenticator, Audit audit) {}

  /** What an operation makes of an exchange; it may fail with a {@link Problem}. */
  interface Operation {
    Future<Void> perform(Exchange exchange) throws Problem;
  }

  /** An operation that changes something: what comes of it is in the audit. */
  record Audited(AuditEvent.Action action, Operation operation) implements Operation {
    @Override
    public Future<Void> perform(Exchange exchange) throws Problem {
      return operation.perform(exchange);
    }
  }

  /** Authenticates, reads the body, performs, and answers what goes wrong. */
  static void serve(RoutingContext context, Door door, int limit, Operation operation) {
    HttpServerRequest request = context.request();
    request.pause(); // who is not known does not get to send
    RequestEvidence evidence = RequestEvidence.ofPaused(request, () -> body(request, limit));
    String address = address(request);
    AuditEvent event =
        operation instanceof Audited audited
            ? AuditEvent.of(audited.action(), Outcome.DONE).with("address", address)
            : null;
    authenticated(request, evidence, door.authenticator())
        .onFailure(
            error -> {
              evidence.discardUnread();
              if (error instanceof Problem problem && problem.status() < 500) {
                door.audit().unknown(address, problem.status());
              }
            })
        .compose(
            caller -> {
              if (event != null) {
                event.with("actor", caller.clientId());
              }
              return evidence
                  .body()
                  .map(body -> new Exchange(context, caller, body, door.audit(), event));
            })
        .compose(exchange -> perform(operation, exchange))
        .onFailure(
            error -> {
              if (event != null && !event.text("actor").isEmpty()) {
                refused(door.audit(), event, error);
              }
              fail(context, error);
            });
  }

  private static void refused(Audit audit, AuditEvent event, Throwable error) {
    if (error instanceof Problem problem && problem.status() < 500) {
      audit.refused(event, problem.status());
    } else {
      audit.failed(event);
    }
  }

  private static String address(HttpServerRequest request) {
    SocketAddress remote = request.remoteAddress();
    return remote == null ? "" : String.valueOf(remote.hostAddress());
  }

  private static Future<Identity> authenticated(
      HttpServerRequest request, Evidence evidence, CallerAuthenticator authenticator) {
    for (String name : List.of("Authorization", "Idempotency-Key")) {
      if (request.headers().getAll(name).size() > 1) {
        return Future.failedFuture(Problem.badRequest("the header " + name + " is there twice"));
      }
    }
    return authenticator
        .authenticate(evidence)
        .compose(
            outcome ->
                outcome instanceof Authentication.Known known
                    ? Future.succeededFuture(known.identity())
                    : Future.failedFuture(Problem.of(outcome)));
  }

  private static Future<Buffer> body(HttpServerRequest request, int limit) {
    return BoundedBody.read(request, limit)
        .recover(
            error ->
                Future.failedFuture(
                    error instanceof BoundedBody.TooLargeException
                        ? Problem.tooLarge(limit)
                        : Problem.badRequest("the body ended early")));
  }

  private static Future<Void> perform(Operation operation, Exchange exchange) {
    try {
      return operation.perform(exchange);
    } catch (Problem problem) {
      return Future.failedFuture(problem);
    }
  }

  static void fail(RoutingContext context, Throwable error) {
    if (error instanceof Problem problem) {
      boolean closing = !context.request().isEnded();
      if (closing) {
        context.response().putHeader("Connection", "close");
      }
      Future<Void> answered = problem.answer(context.response());
      if (closing) {
        BoundedBody.closeAfter(context.request(), answered);
      }
    } else {
      LOG.warn(
          "{} {} failed: {}: {}",
          context.request().method(),
          context.currentRoute() == null ? "" : context.currentRoute().getPath(),
          error.getClass().getSimpleName(),
          error.getMessage());
      Problem.unavailable(whyUnavailable(error)).answer(context.response());
    }
  }

  /** What may be said of why the log or the grid did not do it. */
  static String whyUnavailable(Throwable error) {
    return error instanceof LogWriter.NotDurableException
        ? String.valueOf(error.getMessage())
        : "the log or the grid did not answer in time";
  }

  Identity caller() {
    return caller;
  }

  String clientId() {
    return caller.clientId();
  }

  @Nullable String header(String name) {
    return context.request().getHeader(name);
  }

  String pathParameter(String name) {
    return String.valueOf(context.pathParam(name));
  }

  Buffer body() {
    return body;
  }

  /** Refuses a caller without the right. */
  Exchange require(Right right) throws Problem {
    if (!caller.may(right)) {
      throw Problem.forbidden(right.wireName());
    }
    return this;
  }

  /** The one JSON object that the body must be. */
  ObjectNode json() throws Problem {
    if (!isType("application/json")) {
      throw Problem.unsupportedType("application/json");
    }
    Optional<ObjectNode> object = Json.parseObject(body.getBytes());
    return object.orElseThrow(
        () -> Problem.badRequest("the body is not one JSON object without duplicate members"));
  }

  boolean isType(String mediaType) {
    String type = String.valueOf(context.request().getHeader("Content-Type"));
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon))
        .strip()
        .equalsIgnoreCase(mediaType);
  }

  /** The query's parameters, each known, there once and of bounded length. */
  Map<String, String> query(Set<String> known, FieldErrors errors) throws Problem {
    Map<String, String> query = new LinkedHashMap<>();
    for (Map.Entry<String, String> parameter : parameters()) {
      String name = parameter.getKey();
      if (!known.contains(name)) {
        errors.add(name.matches("[A-Za-z0-9_#.-]{1,64}") ? name : "?", "unknown parameter");
      } else if (parameter.getValue().length() > 1024) {
        errors.add(name, "must have at most 1024 characters");
      } else if (query.put(name, parameter.getValue()) != null) {
        errors.add(name, "must be there once");
      }
    }
    return query;
  }

  private Iterable<Map.Entry<String, String>> parameters() throws Problem {
    try {
      return context.queryParams();
    } catch (RuntimeException e) {
      throw Problem.badRequest("the query cannot be decoded");
    }
  }

  /** Answers with JSON, at a position of the log. */
  Future<Void> answer(int status, String position, JsonNode json) {
    return answer(status, position, "application/json", Json.write(json));
  }

  Future<Void> answer(int status, String position, String type, String text) {
    return event == null || audited
        ? send(status, position, type, text)
        : audit
            .done(event.with("status", status))
            .compose(noted -> send(status, position, type, text));
  }

  /** To be called where the audit has been told already what is now answered. */
  Exchange audited() {
    audited = true;
    return this;
  }

  Audit audit() {
    return audit;
  }

  /** What the audit will say of this exchange; of one that changes nothing, nowhere. */
  AuditEvent event() {
    return event == null ? AuditEvent.of(AuditEvent.Action.OTHER, Outcome.DONE) : event;
  }

  /** Writes down what is about to be done; what is not in the audit is not done. */
  Future<Void> intend() {
    return audit
        .intend(event())
        .<Void>mapEmpty()
        .recover(error -> Future.failedFuture(Problem.unavailable("the audit cannot be written")));
  }

  private Future<Void> send(int status, String position, String type, String text) {
    return response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader(PositionHeader.POSITION, position)
        .end(text);
  }

  Context context() {
    return context.vertx().getOrCreateContext();
  }

  HttpServerResponse response() {
    return context.response();
  }
}
