package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.KeyResolver;
import dev.rescind.publisher.revoke.NodeDirectory;
import dev.rescind.publisher.revoke.RevocationFilter;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.publisher.revoke.RevocationView;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
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
    requireReach(exchange, Right.toRevoke(request.target().type().wireName()), request.target());
    Future<Target> target = parts.keys().resolve(request.target());
    return Future.all(target, parts.expiry().of(request, RevocationRequest.namedJwt(body)))
        .map(
            both ->
                new Revocations.Order(
                    target.result(),
                    request,
                    both.<Optional<Instant>>resultAt(1).orElse(null),
                    exchange.clientId(),
                    repeatable))
        .compose(order -> parts.revocations().revoke(order, confirm.all()))
        .compose(
            outcome ->
                outcome instanceof Revocations.Outcome.Done done
                    ? confirmed(exchange, done, confirm)
                    : Future.failedFuture(
                        Problem.conflict("this Idempotency-Key came before with another request")));
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
                      .map(one -> one.revocation().target())
                      .filter(one -> isReached(exchange.caller(), one));
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

  private static UUID id(Exchange exchange) throws Problem {
    String text = exchange.pathParameter("id");
    if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
      throw Problem.notFound();
    }
    return UUID.fromString(text);
  }

  private static void requireReach(Exchange exchange, Right right, Target target) throws Problem {
    exchange.require(right);
    if (!isReached(exchange.caller(), target)) {
      throw Problem.forbidden(right.wireName());
    }
  }

  private static boolean isReached(Identity caller, Target target) {
    return caller.reaches(target.issuer());
  }

  private String here() {
    return parts.positions().of(parts.position().getAsLong());
  }
}
