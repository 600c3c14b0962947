package dev.rescind.publisher.token;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.identity.Right;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.JwtVerdict;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Revokes a token at the wish of a client (RFC 7009 section 2). Only its own: one that it
 * registered, or that was issued to it. With a refresh token goes its whole grant.
 */
public final class TokenRevocation {

  /** What became of it. */
  public sealed interface Outcome {
    /** A fact at this position of the log covers the token. */
    record Revoked(long position, UUID id, Target target) implements Outcome {}

    /** There was nothing to revoke. */
    record Unknown() implements Outcome {}

    /** The token is another client's, and stays. */
    record Anothers() implements Outcome {}
  }

  private final CredentialGrid grid;
  private final Issuers issuers;
  private final Revocations revocations;
  private final Expiry expiry;
  private final InstantSource clock;

  public TokenRevocation(
      CredentialGrid grid,
      Issuers issuers,
      Revocations revocations,
      Expiry expiry,
      InstantSource clock) {
    this.grid = grid;
    this.issuers = issuers;
    this.revocations = revocations;
    this.expiry = expiry;
    this.clock = clock;
  }

  /** Revokes; fails where the log, the grid or an issuer's keys do not answer in time. */
  public Future<Outcome> revoke(String text, Identity caller) {
    Optional<PresentedToken> token = PresentedToken.parse(text);
    if (token.isEmpty()) {
      return Future.succeededFuture(new Outcome.Unknown());
    }
    return known(token.get())
        .compose(
            known -> {
              if (known.all().isEmpty()) {
                return caller.may(Right.REVOKE_TOKEN)
                        && caller.reaches(null)
                        && caller.limits().audiences() == null
                    ? append(new Target.Token(token.get().fingerprint()), Optional.empty(), caller)
                    : Future.succeededFuture(new Outcome.Unknown());
              }
              if (known.all().stream().noneMatch(one -> isOf(one, caller))) {
                return Future.succeededFuture(new Outcome.Anothers());
              }
              Target target = target(token.get(), known.all());
              return append(
                  target,
                  target instanceof Target.Token
                      ? known.signed().flatMap(expiry::ofSigned)
                      : Optional.empty(),
                  caller);
            });
  }

  private Future<Outcome> append(Target target, Optional<Instant> expires, Identity caller) {
    RevocationRequest always = new RevocationRequest(target, Cutoff.ALWAYS, null, null);
    return revocations
        .revoke(
            new Revocations.Order(target, always, expires.orElse(null), caller.clientId(), null),
            false)
        .map(
            outcome -> {
              var entry = ((Revocations.Outcome.Done) outcome).entry();
              return new Outcome.Revoked(entry.position(), entry.revocation().id(), target);
            });
  }

  private static Target target(PresentedToken token, List<Credential> known) {
    for (Credential credential : known) {
      String iss = credential.names().iss();
      String grantId = credential.names().grantId();
      if (credential.type() == CredentialType.REFRESH_TOKEN && iss != null && grantId != null) {
        return new Target.Grant(iss, grantId);
      }
    }
    return new Target.Token(token.fingerprint());
  }

  private static boolean isOf(Credential credential, Identity caller) {
    return caller.clientId().equals(credential.binding().registeredBy())
        || caller.clientId().equals(credential.names().clientId());
  }

  /** All that is known of a token: what was registered, and what its issuer signed. */
  private record Known(Optional<Credential> registered, Optional<Credential> signed) {
    List<Credential> all() {
      return Stream.of(registered, signed).flatMap(Optional::stream).toList();
    }
  }

  private Future<Known> known(PresentedToken token) {
    Future<Optional<Credential>> registered = registered(token.fingerprint());
    Future<Optional<Credential>> signed = signed(token);
    return Future.all(registered, signed)
        .map(both -> new Known(registered.result(), signed.result()));
  }

  /** All that is known of a token by its fingerprint, and by itself where it is there. */
  public Future<List<Credential>> known(Fingerprint fingerprint, Optional<PresentedToken.Jwt> jwt) {
    Future<Optional<Credential>> registered = registered(fingerprint);
    Future<Optional<Credential>> signed =
        jwt.isPresent() ? signed(jwt.get()) : Future.succeededFuture(Optional.empty());
    return Future.all(registered, signed)
        .map(both -> new Known(registered.result(), signed.result()).all());
  }

  private Future<Optional<Credential>> registered(Fingerprint fingerprint) {
    return grid.find(fingerprint)
        .compose(
            lookup -> {
              if (lookup instanceof CredentialGrid.Lookup.Found found) {
                return Future.succeededFuture(Optional.of(found.credential()));
              }
              return lookup instanceof CredentialGrid.Lookup.Absent
                  ? Future.succeededFuture(Optional.empty())
                  : Future.failedFuture("the grid is not sure");
            });
  }

  private Future<Optional<Credential>> signed(PresentedToken token) {
    if (!(token instanceof PresentedToken.Jwt jwt)) {
      return Future.succeededFuture(Optional.empty());
    }
    return issuers
        .verifier()
        .verify(jwt, clock.instant().getEpochSecond())
        .compose(
            verdict -> {
              if (verdict instanceof JwtVerdict.Verified verified) {
                return Future.succeededFuture(Optional.of(verified.credential()));
              }
              return verdict instanceof JwtVerdict.Undecided
                  ? Future.failedFuture("the issuer's keys cannot be had")
                  : Future.succeededFuture(Optional.empty());
            });
  }
}
