package dev.rescind.publisher.revoke;

import dev.rescind.credential.Credential;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.JwtVerdict;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Says when the last credential that a revocation can cover is over, where that is sure; else the
 * revocation is kept for good. Sure is what cannot be said otherwise later: the end that the
 * request names, the {@code exp} that a JWT's issuer signed, and an issuer's {@code max_lifetime}.
 * The {@code exp} of a registration is not: once it is over, the same token can be registered anew.
 */
public final class Expiry {
  private static final long VERIFIED_WITHIN_MILLIS = 500;

  private final Issuers issuers;
  private final InstantSource clock;

  public Expiry(Issuers issuers, InstantSource clock) {
    this.issuers = issuers;
    this.clock = clock;
  }

  /**
   * Of what a request revokes. Never fails, and waits for nobody's keys for long.
   *
   * @param named the JWT by which the request names its target, if it does
   */
  public Future<Optional<Instant>> of(
      RevocationRequest request, Optional<PresentedToken.Jwt> named) {
    if (request.until() != null) {
      return Future.succeededFuture(Optional.of(request.until()));
    }
    if (named.isEmpty()) {
      return Future.succeededFuture(byCutoff(request));
    }
    return issuers
        .verifier()
        .verify(named.get(), clock.instant().getEpochSecond())
        .timeout(VERIFIED_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            verdict ->
                verdict instanceof JwtVerdict.Verified verified
                    ? ofSigned(verified.credential())
                    : Optional.<Instant>empty())
        .otherwise(Optional.empty());
  }

  /** Of a token that its issuer signed. */
  public Optional<Instant> ofSigned(Credential credential) {
    Long exp = credential.validity().exp();
    String iss = credential.names().iss();
    return exp == null || iss == null
        ? Optional.empty()
        : Optional.of(Instant.ofEpochSecond(exp + issuers.clockSkewSeconds(iss)));
  }

  private Optional<Instant> byCutoff(RevocationRequest request) {
    String iss = request.target().issuer();
    if (iss == null || request.cutoff().isAlways() || !isOfMany(request.target())) {
      return Optional.empty();
    }
    OptionalLong maxLifetime = issuers.maxLifetimeSeconds(iss);
    if (maxLifetime.isEmpty()) {
      return Optional.empty();
    }
    Instant end =
        Instant.ofEpochSecond(request.cutoff().second())
            .plusSeconds(maxLifetime.getAsLong())
            .plusSeconds(issuers.clockSkewSeconds(iss));
    // What covers nothing any more, because its cutoff is long ago, can still be asked for a while.
    Instant now = clock.instant();
    return Optional.of(end.isBefore(now) ? now : end);
  }

  private static boolean isOfMany(Target target) {
    return switch (target.type()) {
      case GRANT, SESSION, SUBJECT, CLIENT, ISSUER -> true;
      case TOKEN, KEY, CERTIFICATE -> false;
    };
  }
}
