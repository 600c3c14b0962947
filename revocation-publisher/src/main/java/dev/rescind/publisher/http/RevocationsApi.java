package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.audit.AuditEvent;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.approve.Approval;
import dev.rescind.publisher.approve.Approvals;
import dev.rescind.publisher.preview.Preview;
import dev.rescind.publisher.preview.Tally;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.KeyResolver;
import dev.rescind.publisher.revoke.NodeDirectory;
import dev.rescind.publisher.revoke.RevocationFilter;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.publisher.revoke.RevocationView;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.publisher.token.TokenRevocation;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /v1/revocations}: revoke a target, show, list, lift. */
final class RevocationsApi {
  private static final int DEFAULT_CONFIRM_MILLIS = 2_000;
  private static final int MAX_CONFIRM_MILLIS = 30_000;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_KEY = 255;

  /**
   * What the operations need.
   *
   * @param position up to which this publisher has read the log
   */
  record Parts(
      Revocations revocations,
      NodeDirectory nodes,
      KeyResolver keys,
      Expiry expiry,
      TokenRevocation tokens,
      Approvals approvals,
      Preview preview,
      PositionHeader positions,
      LongSupplier position) {}

  private final Parts parts;
  private final RevocationView view;
  private final InstantSource clock;

  /**
   * @param clock by which a cutoff of now is taken, and what is in the future is judged
   */
  RevocationsApi(Parts parts, InstantSource clock) {
    this.parts = parts;
    this.view = new RevocationView(parts.positions()::of);
    this.clock = clock;
  }

  /** How an answer waits for nodes. */
  private record Confirm(boolean all, int timeoutMillis) {}

  /** {@code POST /v1/revocations}. */
  Future<Void> create(Exchange exchange) throws Problem {
    ObjectNode body = exchange.json();
    FieldErrors errors = new FieldErrors();
    RevocationRequest request = RevocationRequest.parse(body, clock.instant(), errors);
    FieldErrors other = new FieldErrors();
    Confirm confirm = confirm(exchange, other);
    Revocations.Repeatable repeatable = repeatable(exchange, body, other);
    if (!other.isEmpty()) {
      errors.list().forEach(one -> other.add(one.field(), one.message()));
      throw Problem.unprocessable(other);
    }
    if (request == null) {
      return replayed(exchange, repeatable, confirm, Problem.unprocessable(errors));
    }
    exchange
        .event()
        .with("target", RevocationView.target(request.target()))
        .with("reason", request.reason());
    exchange.require(Right.toRevoke(request.target().type().wireName()));
    Asked asked = new Asked(request, body, repeatable, confirm);
    return reached(exchange, request.target(), body)
        .compose(reached -> parts.keys().resolve(request.target()))
        .compose(
            target ->
                waits(exchange, request, target)
                    .compose(
                        waits -> waits ? ask(exchange, asked) : revoke(exchange, asked, target)));
  }

  /** A request to revoke, checked. */
  private record Asked(
      RevocationRequest request,
      ObjectNode body,
      Revocations.@Nullable Repeatable repeatable,
      Confirm confirm) {}

  private Future<Void> revoke(Exchange exchange, Asked asked, Target target) {
    return parts
        .expiry()
        .of(asked.request(), RevocationRequest.namedJwt(asked.body()))
        .map(
            expires ->
                new Revocations.Order(
                    target,
                    asked.request(),
                    expires.orElse(null),
                    exchange.clientId(),
                    asked.repeatable()))
        .compose(order -> parts.revocations().revoke(order, asked.confirm().all()))
        .compose(outcome -> answer(exchange, outcome, asked.confirm()));
  }

  private Future<Void> answer(Exchange exchange, Revocations.Outcome outcome, Confirm confirm) {
    return outcome instanceof Revocations.Outcome.Done done
        ? confirmed(exchange, done, confirm)
        : Future.failedFuture(
            Problem.conflict("this Idempotency-Key came before with another request"));
  }

  /**
   * Whether a second identity has to approve; who breaks the glass is written down, and goes on.
   */
  private Future<Boolean> waits(Exchange exchange, RevocationRequest request, Target target) {
    Integer threshold = parts.approvals().threshold();
    Future<Boolean> needed;
    if (parts.approvals().isNeededFor(target)) {
      needed = Future.succeededFuture(true);
    } else if (threshold == null) {
      needed = Future.succeededFuture(false);
    } else {
      needed =
          parts
              .preview()
              .of(target, request, exchange.caller())
              .map(found -> found.mayReach(threshold));
    }
    return needed.compose(
        is ->
            is && exchange.caller().may(Right.BREAK_GLASS)
                ? parts.approvals().breakGlass(exchange.event()).map(false)
                : Future.succeededFuture(is));
  }

  /** Lets a revocation wait for approval; one that was approved meanwhile is answered as it is. */
  private Future<Void> ask(Exchange exchange, Asked asked) {
    Revocations.Repeatable repeatable = asked.repeatable();
    if (repeatable == null) {
      return ask(exchange, asked, UUID.randomUUID());
    }
    UUID id = Revocations.idOf(exchange.clientId(), repeatable.key());
    exchange.event().with("detail", repeatable.body().toString());
    return parts
        .revocations()
        .earlier(exchange.clientId(), repeatable)
        .compose(
            earlier ->
                earlier.isPresent()
                    ? answer(exchange, earlier.get(), asked.confirm())
                    : ask(exchange, asked, id));
  }

  private Future<Void> ask(Exchange exchange, Asked asked, UUID id) {
    ObjectNode order = Json.object();
    order.set("target", RevocationView.target(asked.request().target()));
    for (String name : List.of("issued_before", "until", "reason")) {
      if (asked.body().hasNonNull(name)) {
        order.set(name, asked.body().get(name));
      }
    }
    if (parts.approvals().register().find(id).isEmpty()
        && !parts.approvals().hasRoomFor(exchange.clientId())) {
      return Future.failedFuture(
          Problem.unavailable("too many revocations wait for approval already"));
    }
    return parts
        .approvals()
        .request(id, exchange.event(), order)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.failedFuture(
                    Problem.unavailable("too many revocations wait for approval already"));
              }
              Approval approval = found.get();
              boolean same = Json.canonical(approval.order()).equals(Json.canonical(order));
              Approval.State state = approval.state(parts.approvals().now());
              if (!same || state == Approval.State.REJECTED || state == Approval.State.EXPIRED) {
                return Future.failedFuture(
                    Problem.conflict(
                        "this Idempotency-Key came before, with another request or one that was not"
                            + " approved"));
              }
              ObjectNode answer = Json.object();
              answer
                  .putObject("approval")
                  .put("id", id.toString())
                  .put("expires_at", approval.expiresAt().toString())
                  .put(
                      "needs",
                      Right.toRevoke(asked.request().target().type().wireName()).wireName());
              exchange.response().putHeader("Location", "/v1/approvals/" + id);
              return exchange.audited().answer(202, here(), answer);
            });
  }

  /** Does what was approved, and answers as the revocation would have been. */
  Future<Void> approved(Exchange exchange, Approval approval, RevocationRequest request)
      throws Problem {
    FieldErrors errors = new FieldErrors();
    Confirm confirm = confirm(exchange, errors);
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    Fingerprint digest = approval.request();
    return parts
        .keys()
        .resolve(request.target())
        .compose(
            target ->
                parts
                    .expiry()
                    .of(request, Optional.empty())
                    .map(
                        expires ->
                            new Revocations.Order(
                                target,
                                request,
                                expires.orElse(null),
                                approval.requestedBy(),
                                digest == null ? null : new Revocations.Repeatable("", digest))))
        .compose(order -> parts.revocations().revokeAs(approval.id(), order, confirm.all()))
        .compose(
            outcome ->
                exchange
                    .audit()
                    .done(
                        AuditEvent.of(AuditEvent.Action.REVOKE, AuditEvent.Outcome.DONE)
                            .with("actor", exchange.clientId())
                            .with("address", exchange.event().text("address"))
                            .with("requested_by", approval.requestedBy())
                            .with("id", approval.id().toString())
                            .with("target", RevocationView.target(request.target()))
                            .with("status", 201))
                    .compose(noted -> answer(exchange.audited(), outcome, confirm)));
  }

  /** {@code POST /v1/revocations/preview}. */
  Future<Void> preview(Exchange exchange) throws Problem {
    ObjectNode body = exchange.json();
    FieldErrors errors = new FieldErrors();
    exchange.query(Set.of(), errors);
    RevocationRequest request = RevocationRequest.parse(body, clock.instant(), errors);
    if (request == null || !errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    if (!exchange.caller().may(Right.READ)) {
      exchange.require(Right.toRevoke(request.target().type().wireName()));
    }
    return reached(exchange, request.target(), body)
        .compose(reached -> parts.keys().resolve(request.target()))
        .compose(target -> parts.preview().of(target, request, exchange.caller()))
        .compose(found -> exchange.answer(200, here(), view(found)));
  }

  private static ObjectNode view(Preview.Found found) {
    Tally tally = found.tally();
    ObjectNode answer =
        Json.object()
            .put("complete", found.complete())
            .put("registered", tally.registered())
            .put("recently_seen", tally.recentlySeen());
    ObjectNode byType = answer.putObject("by_type");
    tally.byType().forEach(byType::put);
    ObjectNode byClient = answer.putObject("by_client");
    tally.byClient().forEach(byClient::put);
    var sample = answer.putArray("sample");
    for (Credential one : tally.sample()) {
      ObjectNode item =
          sample
              .addObject()
              .put("type", one.type().wireName())
              .put("fingerprint", one.fingerprint().toString());
      put(item, "iss", one.names().iss());
      put(item, "sub", one.names().sub());
      put(item, "client_id", one.names().clientId());
    }
    return answer;
  }

  private static void put(ObjectNode object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }

  /**
   * Refuses a target beyond the caller's issuers and audiences. One token is within them if all
   * that is known of it is; of anything else the audiences cannot be told.
   */
  Future<Void> reached(Exchange exchange, Target target, ObjectNode body) {
    Identity caller = exchange.caller();
    if (caller.limits().audiences() == null && caller.reaches(target.issuer())) {
      return Future.succeededFuture();
    }
    Problem forbidden = Problem.forbidden(Right.toRevoke(target.type().wireName()).wireName());
    if (!(target instanceof Target.Token token)) {
      return Future.failedFuture(forbidden);
    }
    return parts
        .tokens()
        .known(token.fingerprint(), RevocationRequest.namedJwt(body))
        .compose(
            known ->
                !known.isEmpty() && known.stream().allMatch(one -> isReached(caller, one))
                    ? Future.succeededFuture()
                    : Future.failedFuture(forbidden));
  }

  private static boolean isReached(Identity caller, Credential credential) {
    return caller.reaches(credential.names().iss())
        && (caller.reachesAudience(credential.aud())
            || caller.clientId().equals(credential.binding().registeredBy()));
  }

  /** What was good once is answered as it was then, though its {@code until} is over by now. */
  private Future<Void> replayed(
      Exchange exchange,
      Revocations.@Nullable Repeatable repeatable,
      Confirm confirm,
      Problem problem) {
    if (repeatable == null) {
      return Future.failedFuture(problem);
    }
    return parts
        .revocations()
        .earlier(exchange.clientId(), repeatable)
        .compose(
            outcome ->
                outcome.orElse(null) instanceof Revocations.Outcome.Done done
                    ? confirmed(exchange, done, confirm)
                    : Future.failedFuture(problem));
  }

  private Future<Void> confirmed(
      Exchange exchange, Revocations.Outcome.Done done, Confirm confirm) {
    ObjectNode answer = view.of(done.entry());
    String position = parts.positions().of(done.entry().position());
    exchange.event().with("id", done.entry().revocation().id().toString());
    exchange.response().putHeader("Location", "/v1/revocations/" + done.entry().revocation().id());
    if (done.replayed()) {
      exchange.response().putHeader("Idempotent-Replay", "true");
    }
    if (!confirm.all()) {
      return exchange.answer(201, position, answer);
    }
    return Future.fromCompletionStage(
            parts
                .nodes()
                .confirm(done.entry().position(), done.appendedAtNanos(), confirm.timeoutMillis()),
            exchange.context())
        .compose(
            confirmation -> {
              answer.set("confirmation", RevocationView.of(confirmation));
              return exchange.answer(201, position, answer);
            });
  }

  private static Confirm confirm(Exchange exchange, FieldErrors errors) throws Problem {
    Map<String, String> query = exchange.query(Set.of("confirm", "confirm_timeout_ms"), errors);
    String confirm = query.getOrDefault("confirm", "none");
    if (!confirm.equals("all") && !confirm.equals("none")) {
      errors.add("confirm", "must be all or none");
    }
    Integer timeout =
        QueryValues.number(
            query.getOrDefault("confirm_timeout_ms", Integer.toString(DEFAULT_CONFIRM_MILLIS)),
            MAX_CONFIRM_MILLIS);
    if (timeout == null) {
      errors.add("confirm_timeout_ms", "must be an integer from 1 to " + MAX_CONFIRM_MILLIS);
    }
    return new Confirm(confirm.equals("all"), timeout == null ? DEFAULT_CONFIRM_MILLIS : timeout);
  }

  private static Revocations.@Nullable Repeatable repeatable(
      Exchange exchange, ObjectNode body, FieldErrors errors) {
    String key = exchange.header("Idempotency-Key");
    if (key == null) {
      return null;
    }
    if (key.length() > MAX_KEY || !key.matches("[\\x21-\\x7e]+")) {
      errors.add("Idempotency-Key", "must have 1 to " + MAX_KEY + " visible US-ASCII characters");
      return null;
    }
    return new Revocations.Repeatable(key, Fingerprint.of(Json.canonical(body)));
  }

  /** {@code GET /v1/revocations/{id}}. */
  Future<Void> show(Exchange exchange) throws Problem {
    exchange.require(Right.READ);
    UUID id = id(exchange);
    return parts
        .revocations()
        .find(id)
        .compose(
            found -> {
              Optional<RevocationRegister.Entry> entry =
                  found.filter(one -> isReached(exchange.caller(), one.revocation().target()));
              return entry.isEmpty()
                  ? Future.failedFuture(Problem.notFound())
                  : exchange.answer(200, here(), view.of(entry.get()));
            });
  }

  /** {@code DELETE /v1/revocations/{id}}. */
  Future<Void> lift(Exchange exchange) throws Problem {
    UUID id = id(exchange);
    exchange.event().with("id", id.toString());
    exchange.require(Right.LIFT);
    return parts
        .revocations()
        .find(id)
        .compose(
            found -> {
              Optional<Target> target =
                  found
                      .filter(one -> mayLift(exchange.caller(), one.revocation()))
                      .map(one -> one.revocation().target());
              if (target.isEmpty()) {
                return Future.failedFuture(Problem.notFound());
              }
              exchange.event().with("target", RevocationView.target(target.get()));
              return exchange
                  .intend()
                  .compose(written -> parts.revocations().lift(id, exchange.clientId()));
            })
        .compose(
            lifted ->
                lifted.isEmpty()
                    ? Future.failedFuture(Problem.notFound())
                    : exchange.answer(
                        200,
                        parts.positions().of(lifted.get().position()),
                        view.ofLift(lifted.get())));
  }

  /** {@code GET /v1/revocations}. */
  Future<Void> list(Exchange exchange) throws Problem {
    exchange.require(Right.READ);
    FieldErrors errors = new FieldErrors();
    Set<String> known = new TreeSet<>(RevocationFilter.TARGET_MEMBERS);
    known.addAll(Set.of("actor", "since", "limit", "cursor"));
    Map<String, String> query = exchange.query(known, errors);
    Integer limit =
        QueryValues.number(query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)), MAX_LIMIT);
    if (limit == null) {
      errors.add("limit", "must be an integer from 1 to " + MAX_LIMIT);
    }
    String type = query.get("type");
    if (type != null && Target.parseType(type) == null) {
      errors.add(
          "type", "must be token, grant, session, subject, client, issuer, key or certificate");
    }
    Instant since = QueryValues.since(query.get("since"), errors);
    long before = before(query.get("cursor"), errors);
    if (!errors.isEmpty() || limit == null) {
      throw Problem.unprocessable(errors);
    }
    Map<String, String> members = new LinkedHashMap<>(query);
    members.keySet().retainAll(RevocationFilter.TARGET_MEMBERS);
    members.replaceAll(RevocationsApi::oneSpelling);
    Predicate<Revocation> filter =
        RevocationFilter.of(members, query.getOrDefault("actor", ""), since)
            .and(revocation -> isReached(exchange.caller(), revocation.target()));
    return parts
        .revocations()
        .list(filter, before, limit)
        .compose(
            page -> {
              ObjectNode answer = Json.object();
              var items = answer.putArray("items");
              page.items().forEach(entry -> items.add(view.of(entry)));
              if (page.next() != null) {
                answer.put("next", parts.positions().of(page.next()));
              }
              return exchange.answer(200, here(), answer);
            });
  }

  /** A digest as targets show it, also where it was given with bits of no byte at its end. */
  private static String oneSpelling(String member, String value) {
    return Set.of("fingerprint", "jkt", "x5t#S256").contains(member)
        ? Fingerprint.parseThumbprint(value).map(Fingerprint::toString).orElse(value)
        : value;
  }

  private long before(@Nullable String cursor, FieldErrors errors) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    Optional<Long> position = parts.positions().parse(cursor);
    if (position.isEmpty()) {
      errors.add("cursor", "must be the next of an earlier answer");
    }
    return position.orElse(Long.MAX_VALUE);
  }

  static UUID id(Exchange exchange) throws Problem {
    String text = exchange.pathParameter("id");
    if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
      throw Problem.notFound();
    }
    return UUID.fromString(text);
  }

  /** Whose audiences are limited cannot tell what others' revocations are about. */
  private static boolean mayLift(Identity caller, Revocation revocation) {
    return isReached(caller, revocation.target())
        && (caller.limits().audiences() == null
            || caller.clientId().equals(revocation.circumstances().actor()));
  }

  private static boolean isReached(Identity caller, Target target) {
    return caller.reaches(target.issuer());
  }

  private String here() {
    return parts.positions().of(parts.position().getAsLong());
  }
}
