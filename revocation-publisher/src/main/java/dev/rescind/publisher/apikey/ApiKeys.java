package dev.rescind.publisher.apikey;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.ApiKeySyntax;
import dev.rescind.credential.Fingerprint;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.register.Registration;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes API keys, replaces them and ends them. */
public final class ApiKeys {
  private final ApiKeySyntax syntax;
  private final ApiKeyRegister register;
  private final Registrar registrar;
  private final Revocations revocations;
  private final Replica replica;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * A key that is not registered yet.
   *
   * @param text the key itself
   */
  public record Minted(String text, Registration registration) {
    @Override
    public String toString() {
      return "Minted[" + registration.credential() + "]";
    }
  }

  public ApiKeys(
      ApiKeySyntax syntax,
      ApiKeyRegister register,
      Registrar registrar,
      Revocations revocations,
      Replica replica,
      InstantSource clock) {
    this.syntax = syntax;
    this.register = register;
    this.registrar = registrar;
    this.revocations = revocations;
    this.replica = replica;
    this.clock = clock;
  }

  /** How a key is, and will be. */
  public enum State {
    ACTIVE,
    EXPIRED,
    REVOKED
  }

  /** Mints a key with these claims; null when {@code errors} has been told why not. */
  public @Nullable Minted mint(
      ObjectNode claims,
      @Nullable String name,
      ApiKey.@Nullable Replacement replaces,
      Registration.Registrant registrant,
      FieldErrors errors) {
    String text = syntax.mint(random);
    Registration registration =
        Registration.ofApiKey(
            text,
            claims,
            new ApiKey.About(name, syntax.hint(text), replaces).toJson(),
            registrant,
            clock.instant(),
            errors);
    return registration == null ? null : new Minted(text, registration);
  }

  /** Registers a minted key; fails where the log or the grid does not answer in time. */
  public Future<Registrar.Outcome> add(Minted minted) {
    if (register.isFull()) {
      return Future.succeededFuture(Registrar.Outcome.FULL);
    }
    return registrar
        .register(minted.registration())
        .onSuccess(
            outcome -> {
              if (outcome == Registrar.Outcome.CREATED) {
                register.add(minted.registration().credential());
              }
            });
  }

  /** How a key is, as far as this publisher has read the log. */
  public State state(ApiKey key) {
    if (replica
        .index()
        .covers(
            Target.keysOf(key.credential()),
            key.credential().validity().iat(),
            replica.earlierMillis(clock.millis()))) {
      return State.REVOKED;
    }
    return key.isExpired(clock.instant()) ? State.EXPIRED : State.ACTIVE;
  }

  /** Revokes a key, unless that is in force already; completes with the position of the log. */
  public Future<Long> end(ApiKey key, String actor) {
    return state(key) == State.REVOKED
        ? Future.succeededFuture(replica.position())
        : revoke(key.fingerprint(), actor, null);
  }

  /**
   * Revokes a key that was replaced and whose time has come. However many publishers do it, and
   * however often, there is one such fact; once lifted, it stays so.
   */
  public Future<Long> endReplaced(ApiKey key, ApiKey.Replacement replacement) {
    // The blank keeps it apart from any Idempotency-Key.
    String name = "api key replaced " + key.fingerprint();
    return revoke(
        key.fingerprint(),
        replacement.actor(),
        new Revocations.Repeatable(name, Fingerprint.of(name)));
  }

  private Future<Long> revoke(
      Fingerprint key, String actor, Revocations.@Nullable Repeatable repeatable) {
    Target target = new Target.Token(key);
    RevocationRequest always = new RevocationRequest(target, Cutoff.ALWAYS, null, null);
    return revocations
        .revoke(new Revocations.Order(target, always, null, actor, repeatable), false)
        .map(
            outcome ->
                outcome instanceof Revocations.Outcome.Done done
                    ? done.entry().position()
                    : replica.position());
  }

  public Instant now() {
    return clock.instant();
  }

  public ApiKeyRegister register() {
    return register;
  }
}
