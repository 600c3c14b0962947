package dev.rescind.publisher.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.apikey.ApiKey;
import dev.rescind.publisher.apikey.ApiKeyOrder;
import dev.rescind.publisher.apikey.ApiKeyRegister;
import dev.rescind.publisher.apikey.ApiKeyView;
import dev.rescind.publisher.apikey.ApiKeys;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.register.Registration;
import dev.rescind.publisher.revoke.FieldErrors;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /v1/api-keys}: make a key, list keys, replace one, end one. */
final class ApiKeysApi {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final int PLACE_BYTES = Long.BYTES + Fingerprint.BYTES;

  /**
   * What the operations need.
   *
   * @param registrar knows how long credentials may live
   * @param ready whether all keys were read that there were
   * @param uses when keys were last used
   */
  record Parts(ApiKeys keys, Registrar registrar, BooleanSupplier ready, Uses uses) {}

  /** When keys were last used, as far as that is known. */
  interface Uses {
    Future<Map<Fingerprint, Instant>> of(List<Fingerprint> keys);
  }

  private final Parts parts;
  private final ApiKeyView view;
  private final LongFunction<String> positions;
  private final LongSupplier position;

  /**
   * @param positions the text of a position
   * @param position up to which this publisher has read the log
   */
  ApiKeysApi(Parts parts, LongFunction<String> positions, LongSupplier position) {
    this.parts = parts;
    this.view = new ApiKeyView(parts.keys());
    this.positions = positions;
    this.position = position;
  }

  /** {@code POST /v1/api-keys}. */
  Future<Void> create(Exchange exchange) throws Problem {
    exchange.require(Right.REGISTER);
    FieldErrors errors = new FieldErrors();
    ApiKeyOrder order = ApiKeyOrder.parse(exchange.json(), parts.keys().now(), errors);
    Registration.Registrant registrant =
        new Registration.Registrant(exchange.clientId(), exchange.caller().limits().iss());
    ApiKeys.Minted minted = mint(exchange, order, null, registrant, errors);
    return add(minted)
        .compose(
            added -> created(exchange, view.of(minted), positions.apply(position.getAsLong())));
  }

  private ApiKeys.Minted mint(
      Exchange exchange,
      ApiKeyOrder order,
      ApiKey.@Nullable Replacement replaces,
      Registration.Registrant registrant,
      FieldErrors errors)
      throws Problem {
    ApiKeys.Minted minted =
        parts.keys().mint(order.claims(), order.name(), replaces, registrant, errors);
    if (minted != null) {
      if (!exchange.caller().reaches(minted.registration().credential().names().iss())) {
        errors.add("iss", "must be one that the caller may register for");
      }
      if (!parts.registrar().allowsLifetime(minted.registration().credential())) {
        errors.add(
            "exp",
            "must be given, and be no longer after iat than max_lifetime of the issuer allows");
      }
    }
    if (minted == null || !errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    return minted;
  }

  private Future<Void> add(ApiKeys.Minted minted) {
    return parts
        .keys()
        .add(minted)
        .compose(
            outcome ->
                outcome == Registrar.Outcome.CREATED
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        Problem.unavailable("as many credentials are registered as may be")));
  }

  private static Future<Void> created(Exchange exchange, ObjectNode answer, String at) {
    exchange.response().putHeader("Location", "/v1/api-keys/" + answer.path("id").textValue());
    exchange.event().with("id", answer.path("id").asText(null));
    return exchange.answer(201, at, answer);
  }

  /** {@code GET /v1/api-keys}. */
  Future<Void> list(Exchange exchange) throws Problem {
    if (!exchange.caller().may(Right.READ)) {
      exchange.require(Right.REGISTER);
    }
    FieldErrors errors = new FieldErrors();
    Map<String, String> query = exchange.query(Set.of("limit", "cursor"), errors);
    int limit = limit(query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)), errors);
    ApiKeyRegister.Place after = place(query.get("cursor"), errors);
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    requireReady();
    Predicate<ApiKey> filter = key -> isSeen(exchange, key);
    ApiKeyRegister.Page page = parts.keys().register().list(filter, after, limit);
    return parts
        .uses()
        .of(page.items().stream().map(ApiKey::fingerprint).toList())
        .compose(
            uses -> {
              ObjectNode answer = Json.object();
              var items = answer.putArray("items");
              page.items().forEach(key -> items.add(view.of(key, uses.get(key.fingerprint()))));
              if (page.next() != null) {
                answer.put("next", cursor(page.next()));
              }
              return exchange.answer(200, positions.apply(position.getAsLong()), answer);
            });
  }

  /** {@code GET /v1/api-keys/{id}}. */
  Future<Void> show(Exchange exchange) throws Problem {
    if (!exchange.caller().may(Right.READ)) {
      exchange.require(Right.REGISTER);
    }
    ApiKey key = seen(exchange);
    return parts
        .uses()
        .of(List.of(key.fingerprint()))
        .compose(
            uses ->
                exchange.answer(
                    200,
                    positions.apply(position.getAsLong()),
                    view.of(key, uses.get(key.fingerprint()))));
  }

  /** {@code POST /v1/api-keys/{id}/rotate}. */
  Future<Void> rotate(Exchange exchange) throws Problem {
    exchange.require(Right.REGISTER);
    ApiKey key = ended(exchange);
    FieldErrors errors = new FieldErrors();
    Instant now = parts.keys().now();
    ObjectNode body = exchange.body().length() == 0 ? Json.object() : exchange.json();
    ApiKeyOrder order = ApiKeyOrder.ofSuccessor(body, key, now, errors);
    if (!errors.isEmpty()) {
      throw Problem.unprocessable(errors);
    }
    if (parts.keys().state(key) != ApiKeys.State.ACTIVE) {
      throw Problem.conflict("this key is not active any more");
    }
    if (parts.keys().register().replacement(key).isPresent()) {
      throw Problem.conflict("this key is being replaced already");
    }
    ApiKey.Replacement replacement =
        new ApiKey.Replacement(
            key.fingerprint(), now.getEpochSecond() + order.overlap(), exchange.clientId());
    String owner = key.credential().binding().registeredBy();
    Registration.Registrant registrant =
        new Registration.Registrant(owner == null ? exchange.clientId() : owner, null);
    ApiKeys.Minted minted = mint(exchange, order, replacement, registrant, errors);
    return add(minted)
        .compose(
            added ->
                order.overlap() == 0
                    ? parts.keys().endReplaced(key, replacement).otherwise(position.getAsLong())
                    : Future.succeededFuture(position.getAsLong()))
        .compose(
            at -> {
              ObjectNode answer = view.of(minted);
              answer
                  .putObject("replaced")
                  .put("id", key.fingerprint().toString())
                  .put("ends_at", Instant.ofEpochSecond(replacement.endsAt()).toString());
              return created(exchange, answer, positions.apply(at));
            });
  }

  /** {@code DELETE /v1/api-keys/{id}}. */
  Future<Void> revoke(Exchange exchange) throws Problem {
    ApiKey key = ended(exchange);
    return parts
        .keys()
        .end(key, exchange.clientId())
        .compose(
            at -> {
              String text = positions.apply(at);
              ObjectNode answer =
                  Json.object()
                      .put("id", key.fingerprint().toString())
                      .put("state", "revoked")
                      .put("position", text);
              exchange.event().with("id", answer.path("id").asText(null));
              return exchange.answer(200, text, answer);
            });
  }

  /** The key that the path names, which the caller may see. */
  private ApiKey seen(Exchange exchange) throws Problem {
    requireReady();
    return Fingerprint.parse(exchange.pathParameter("id"))
        .flatMap(parts.keys().register()::find)
        .filter(key -> isSeen(exchange, key))
        .orElseThrow(Problem::notFound);
  }

  /** The key that the path names, which the caller may end: its own, or any. */
  private ApiKey ended(Exchange exchange) throws Problem {
    boolean any = exchange.caller().may(Right.REVOKE_TOKEN);
    if (!any) {
      exchange.require(Right.REVOKE_OWN);
    }
    requireReady();
    return Fingerprint.parse(exchange.pathParameter("id"))
        .flatMap(parts.keys().register()::find)
        .filter(
            key ->
                exchange.caller().reaches(key.credential().names().iss())
                    && (any || key.isOf(exchange.clientId())))
        .orElseThrow(Problem::notFound);
  }

  private static boolean isSeen(Exchange exchange, ApiKey key) {
    return key.isOf(exchange.clientId())
        || (exchange.caller().may(Right.READ)
            && exchange.caller().reaches(key.credential().names().iss()));
  }

  private void requireReady() throws Problem {
    if (!parts.ready().getAsBoolean()) {
      throw Problem.unavailable("the API keys are still being read");
    }
  }

  private static int limit(String text, FieldErrors errors) {
    int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      errors.add("limit", "must be an integer from 1 to " + MAX_LIMIT);
    }
    return limit;
  }

  private static String cursor(ApiKeyRegister.Place place) {
    return Base64Url.encode(
        ByteBuffer.allocate(PLACE_BYTES)
            .putLong(place.iat())
            .put(place.fingerprint().toBytes())
            .array());
  }

  private static ApiKeyRegister.@Nullable Place place(@Nullable String cursor, FieldErrors errors) {
    if (cursor == null) {
      return null;
    }
    byte[] bytes = Base64Url.decode(cursor).orElse(new byte[0]);
    if (bytes.length != PLACE_BYTES) {
      errors.add("cursor", "must be the next of an earlier answer");
      return null;
    }
    return new ApiKeyRegister.Place(
        ByteBuffer.wrap(bytes).getLong(),
        Fingerprint.ofDigest(Arrays.copyOfRange(bytes, Long.BYTES, PLACE_BYTES)));
  }
}
