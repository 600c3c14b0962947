package dev.rescind.platform.jose;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.AnswerMembers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs of the configured issuers (RFC 7519 section 7.2, RFC 8725, RFC 9068 section 4). The
 * signature is checked on the caller's thread, some 0.05 ms (RSA) to 1 ms (EC).
 */
public final class JwtVerifier {
  /** No token is tried with more keys than this. */
  private static final int MAX_CANDIDATES = 16;

  private final Map<String, IssuerKeys> issuers;

  JwtVerifier(Map<String, IssuerKeys> issuers) {
    this.issuers = Map.copyOf(issuers);
  }

  /** A token of which all is read, and that only lacks its signature's check. */
  private record Candidate(
      PresentedToken.Jwt token, JwtClaims claims, Alg alg, @Nullable String kid) {}

  /**
   * Verifies a token; the future never fails. It is complete at once unless the token names a key
   * that is not known, or names none and no known one verifies it: then after the issuer's keys
   * were fetched, on the caller's context.
   */
  public Future<JwtVerdict> verify(PresentedToken.Jwt token, long nowSeconds) {
    Optional<JwtHeader> header = JwtHeader.parse(token.header());
    if (header.isEmpty()) {
      return invalid(Refusal.MALFORMED_HEADER);
    }
    Optional<JwtClaims> claims = JwtClaims.parse(token.payload());
    if (claims.isEmpty()) {
      return invalid(Refusal.MALFORMED_CLAIMS);
    }
    String iss = claims.get().names().iss();
    IssuerKeys issuer = iss == null ? null : issuers.get(iss);
    if (issuer == null) {
      return Future.succeededFuture(new JwtVerdict.Foreign());
    }
    IssuerConfig config = issuer.config();
    if (header.get().extended()) {
      return invalid(Refusal.UNSUPPORTED_HEADER);
    }
    Optional<Alg> alg = Alg.parse(header.get().alg());
    if (alg.isEmpty() || !config.accept().algs().contains(alg.get().wireName())) {
      return invalid(Refusal.ALGORITHM);
    }
    if (!config.accept().acceptsTyp(header.get().typ()) || claims.get().areOfAnotherKind()) {
      return invalid(Refusal.TYPE);
    }
    Refusal refusal = claims.get().refusal(config.accept(), nowSeconds);
    if (refusal != null) {
      return invalid(refusal);
    }
    String kid = alg.get().family() == Alg.Family.HMAC ? null : header.get().kid();
    return withKeys(issuer, new Candidate(token, claims.get(), alg.get(), kid), true);
  }

  private static Future<JwtVerdict> withKeys(
      IssuerKeys issuer, Candidate candidate, boolean mayFetch) {
    IssuerKeys.Snapshot keys = issuer.fresh();
    if (keys == null) {
      return Future.succeededFuture(new JwtVerdict.Undecided("no fresh keys of the issuer"));
    }
    boolean named = candidate.kid() == null || keys.knows(candidate.kid());
    JwtVerdict verdict =
        named ? check(keys, candidate) : new JwtVerdict.Invalid(Refusal.UNKNOWN_KEY);
    if (!mayFetch || (named && !isOfNoKnownKey(verdict, candidate))) {
      return Future.succeededFuture(verdict);
    }
    return issuer
        .fetchForUnknownKey()
        .map(fetch -> onCallersContext(fetch).compose(done -> withKeys(issuer, candidate, false)))
        .orElseGet(() -> Future.succeededFuture(verdict));
  }

  /** Whether a token that names no key was verified by none, so that its key may be a new one. */
  private static boolean isOfNoKnownKey(JwtVerdict verdict, Candidate candidate) {
    return candidate.kid() == null
        && verdict instanceof JwtVerdict.Invalid invalid
        && (invalid.cause() == Refusal.SIGNATURE || invalid.cause() == Refusal.UNKNOWN_KEY);
  }

  /** Accepted where exactly one key material verifies, under however many names. */
  private static JwtVerdict check(IssuerKeys.Snapshot keys, Candidate candidate) {
    List<VerificationKey> possible = keys.candidates(candidate.kid(), candidate.alg());
    if (possible.isEmpty()) {
      return new JwtVerdict.Invalid(Refusal.UNKNOWN_KEY);
    }
    if (possible.size() > MAX_CANDIDATES) {
      return new JwtVerdict.Invalid(Refusal.AMBIGUOUS_KEY);
    }
    byte[] input = candidate.token().signingInput();
    byte[] signature = candidate.token().signature();
    VerificationKey found = null;
    for (VerificationKey key : possible) {
      if (found != null && Objects.equals(found.jkt(), key.jkt())) {
        continue;
      }
      if (key.verifies(candidate.alg(), input, signature)) {
        if (found != null) {
          return new JwtVerdict.Invalid(Refusal.AMBIGUOUS_KEY);
        }
        found = key;
      }
    }
    return found == null
        ? new JwtVerdict.Invalid(Refusal.SIGNATURE)
        : new JwtVerdict.Verified(credential(candidate, found));
  }

  private static Credential credential(Candidate candidate, VerificationKey key) {
    JwtClaims claims = candidate.claims();
    return new Credential(
        CredentialType.ACCESS_TOKEN,
        candidate.token().fingerprint(),
        claims.names(),
        claims.validity(),
        new Credential.Binding(
            key.jkt(), key.kid(), claims.x5tS256(), null, candidate.token().digest()),
        claims.aud(),
        AnswerMembers.of(CredentialType.ACCESS_TOKEN, claims.json()));
  }

  private static Future<JwtVerdict> invalid(Refusal cause) {
    return Future.succeededFuture(new JwtVerdict.Invalid(cause));
  }

  private static Future<Void> onCallersContext(Future<Void> future) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return future;
    }
    Promise<Void> promise = Promise.promise();
    future.onComplete(done -> context.runOnContext(none -> promise.complete()));
    return promise.future();
  }
}
