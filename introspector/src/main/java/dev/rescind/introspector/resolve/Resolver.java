package dev.rescind.introspector.resolve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rescind.credential.ApiKeySyntax;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.jose.IssuerView;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.JwtVerdict;
import dev.rescind.platform.jose.Refusal;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential behind a token: remembered by this node, held by the grid, or, for a JWT,
 * verified. What is remembered of a credential is never wrong, for credentials do not change; that
 * a JWT's key is still its issuer's, and that the issuer is configured as it was, is asked each
 * time.
 */
public final class Resolver {
  /** Bytes of answers remembered, each with some 600 bytes beside it. */
  private static final long MAX_REMEMBERED_BYTES = 64L << 20;

  private static final int BYTES_BESIDE = 600;
  private static final Duration LONGEST_VERIFIED = Duration.ofHours(1);

  /**
   * @param kids the names under which the key that verified a JWT was seen; null for a credential
   *     that was registered
   * @param view by which it was found
   * @param configuration that its issuer had then
   */
  private record Remembered(
      Known known, @Nullable Set<String> kids, long view, long configuration) {}

  private final CredentialGrid grid;
  private final Issuers issuers;
  private final ApiKeySyntax apiKeys;
  private final InstantSource clock;
  private final Cache<Fingerprint, Remembered> remembered =
      Caffeine.newBuilder()
          .maximumWeight(MAX_REMEMBERED_BYTES)
          .<Fingerprint, Remembered>weigher(
              (digest, one) -> one.known().answer().length + BYTES_BESIDE)
          .executor(Runnable::run)
          .build();

  public Resolver(CredentialGrid grid, Issuers issuers, ApiKeySyntax apiKeys, InstantSource clock) {
    this.grid = grid;
    this.issuers = issuers;
    this.apiKeys = apiKeys;
    this.clock = clock;
  }

  /**
   * Finds what is behind a token; the future never fails.
   *
   * @param text of the token
   */
  public Future<Resolution> resolve(PresentedToken token, String text) {
    IssuerView view = issuers.view();
    Remembered one = remembered.getIfPresent(token.digest());
    if (one != null && (one.view() == view.number() || isConfiguredAlike(token, one, view))) {
      if (one.kids() == null) {
        return isOver(one.known().credential())
            ? anew(token, text, view) // an ended credential can be registered anew
            : Future.succeededFuture(new Resolution.Found(one.known()));
      }
      Credential credential = one.known().credential();
      if (isKeyCurrent(credential, view)) {
        Set<String> kids = kids(credential, view);
        return Future.succeededFuture(
            new Resolution.Found(
                kids.equals(one.kids()) ? one.known() : rememberVerified(token, credential, view)));
      }
    }
    return anew(token, text, view);
  }

  /** What was found by an earlier view holds where its issuer is configured as it was. */
  private boolean isConfiguredAlike(PresentedToken token, Remembered one, IssuerView view) {
    if (view.configurationOf(one.known().credential().names().iss()) != one.configuration()) {
      return false;
    }
    remember(token, one.known(), one.kids(), view);
    return true;
  }

  /** What is found while the issuers' configuration changes is looked for again. */
  private Future<Resolution> anew(PresentedToken token, String text, IssuerView view) {
    if (!(token instanceof PresentedToken.Jwt) && apiKeys.isMisspelt(text)) {
      return Future.succeededFuture(new Resolution.None(Verdict.Cause.MALFORMED));
    }
    Future<Resolution> found =
        token instanceof PresentedToken.Jwt jwt
            ? verifiedElsewhere(jwt, view)
            : registered(token, view);
    return found.compose(
        resolution ->
            issuers.view().number() == view.number()
                ? Future.succeededFuture(resolution)
                : resolve(token, text));
  }

  /** How many credentials are remembered. */
  public long remembered() {
    return remembered.estimatedSize();
  }

  private boolean isOver(Credential credential) {
    Long exp = credential.validity().exp();
    return exp != null && exp <= clock.instant().getEpochSecond();
  }

  private Future<Resolution> registered(PresentedToken token, IssuerView view) {
    return registration(token, view)
        .map(
            resolution ->
                resolution instanceof Resolution.Found found
                    ? ofRegistered(token, found.known(), view)
                    : resolution);
  }

  /** Finds what was registered under a token's fingerprint; the future never fails. */
  public Future<Resolution> registration(PresentedToken token) {
    return registration(token, issuers.view());
  }

  private Future<Resolution> registration(PresentedToken token, IssuerView view) {
    return grid.find(token.fingerprint())
        .<Resolution>map(
            lookup -> {
              if (lookup instanceof CredentialGrid.Lookup.Found found) {
                // What was registered before the maximum was configured is held to it too: facts
                // that could cover nothing else may be forgotten.
                return view.allowsLifetime(found.credential())
                    ? new Resolution.Found(new Known(found.credential(), Set.of(), 0))
                    : new Resolution.None(Verdict.Cause.INVALID);
              }
              return lookup instanceof CredentialGrid.Lookup.NotSure notSure
                  ? new Resolution.NotSure(notSure.cause())
                  : new Resolution.None(Verdict.Cause.UNKNOWN);
            })
        .otherwise(error -> new Resolution.NotSure("grid: " + error.getClass().getSimpleName()));
  }

  /** Asks the grid for what is not there, as for a token that nobody knows; never fails. */
  Future<Void> lookUpNothing(PresentedToken token) {
    return grid.find(Fingerprint.of(token.fingerprint().toBytes())).mapEmpty();
  }

  private Resolution ofRegistered(PresentedToken token, Known known, IssuerView view) {
    // A JWT that nobody here verified is good for exactly the text that was registered: one who
    // knows its signing input could put any signature behind it.
    if (token instanceof PresentedToken.Jwt
        && !token.digest().equals(known.credential().binding().digest())) {
      return new Resolution.None(Verdict.Cause.UNKNOWN);
    }
    if (!(token instanceof PresentedToken.Jwt)) {
      remember(token, known, null, view);
    }
    return new Resolution.Found(known);
  }

  private Future<Resolution> verifiedElsewhere(PresentedToken.Jwt token, IssuerView view) {
    return grid.findVerified(key(token, view))
        .compose(
            found ->
                found.isPresent() && isKeyCurrent(found.get(), view)
                    ? Future.succeededFuture(
                        new Resolution.Found(rememberVerified(token, found.get(), view)))
                    : verify(token, view));
  }

  private Future<Resolution> verify(PresentedToken.Jwt token, IssuerView view) {
    return view.verifier()
        .verify(token, clock.instant().getEpochSecond())
        .compose(
            verdict -> {
              if (verdict instanceof JwtVerdict.Verified verified) {
                share(token, verified.credential(), view);
                return Future.succeededFuture(
                    new Resolution.Found(rememberVerified(token, verified.credential(), view)));
              }
              if (verdict instanceof JwtVerdict.Foreign) {
                return registered(token, view);
              }
              return Future.succeededFuture(
                  verdict instanceof JwtVerdict.Undecided undecided
                      ? new Resolution.NotSure(undecided.cause())
                      : new Resolution.None(cause((JwtVerdict.Invalid) verdict)));
            });
  }

  private static Verdict.Cause cause(JwtVerdict.Invalid invalid) {
    return invalid.cause() == Refusal.EXPIRED || invalid.cause() == Refusal.NOT_YET_VALID
        ? Verdict.Cause.NOT_NOW
        : Verdict.Cause.INVALID;
  }

  private Known rememberVerified(PresentedToken token, Credential credential, IssuerView view) {
    Set<String> kids = kids(credential, view);
    Known known = new Known(credential, kids, view.clockSkewSeconds(iss(credential)));
    remember(token, known, kids, view);
    return known;
  }

  private void remember(
      PresentedToken token, Known known, @Nullable Set<String> kids, IssuerView view) {
    long configuration = view.configurationOf(known.credential().names().iss());
    remembered.put(token.digest(), new Remembered(known, kids, view.number(), configuration));
  }

  /**
   * Lets other nodes know; not what a shared secret signed: it is cheaper to verify than to ask.
   */
  private void share(PresentedToken.Jwt token, Credential credential, IssuerView view) {
    Long exp = credential.validity().exp();
    if (credential.binding().jkt() == null) {
      return;
    }
    long left =
        exp == null
            ? LONGEST_VERIFIED.toSeconds()
            : Math.min(LONGEST_VERIFIED.toSeconds(), exp - clock.instant().getEpochSecond());
    if (left > 0) {
      grid.putVerified(key(token, view), credential, Duration.ofSeconds(left));
    }
  }

  private static boolean isKeyCurrent(Credential credential, IssuerView view) {
    String iss = iss(credential);
    return view.isFresh(iss) && view.isCurrent(iss, credential.binding().jkt());
  }

  private static Set<String> kids(Credential credential, IssuerView view) {
    String jkt = credential.binding().jkt();
    return jkt == null ? Set.of() : view.kids(iss(credential), jkt);
  }

  private static String iss(Credential credential) {
    return String.valueOf(credential.names().iss());
  }

  /** What one node verified counts for others only where they would verify alike. */
  private static Fingerprint key(PresentedToken.Jwt token, IssuerView view) {
    return Fingerprint.of(
        ByteBuffer.allocate(2 * Fingerprint.BYTES)
            .put(view.policy().toBytes())
            .put(token.digest().toBytes())
            .array());
  }
}
