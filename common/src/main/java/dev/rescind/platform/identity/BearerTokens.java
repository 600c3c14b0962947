package dev.rescind.platform.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.jose.IssuerView;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.JwtVerdict;
import dev.rescind.platform.json.Json;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens of trusted issuers (RFC 6750 section 2.1, RFC 9068) that were issued for this
 * cluster. One lets its caller do what both the identity and the token's scopes allow, until it is
 * over or revoked; a node that cannot prove that it would know of a revocation does not say.
 */
public final class BearerTokens implements AuthenticationMethod {
  /** What a right's name is as a scope begins with this. */
  public static final String SCOPE_PREFIX = "rescind:";

  private static final int MAX_REMEMBERED = 10_000;
  private static final String SCHEME = "Bearer ";
  private static final String CHALLENGE = "Bearer realm=\"rescind\"";

  /** RFC 6750 section 3.1, whatever is wrong with it. */
  private static final Authentication INVALID =
      new Authentication.Refused(
          401,
          "invalid_token",
          "the access token is not valid here",
          CHALLENGE + ", error=\"invalid_token\"");

  private static final Authentication BUSY =
      new Authentication.Busy("too many callers are being authenticated");
  private static final Authentication NO_KEYS =
      new Authentication.Busy("the issuer's keys cannot be had now");
  private static final Authentication STALE =
      new Authentication.Busy("whether the access token was revoked cannot be told now");

  private static final Advertised ADVERTISED =
      new Advertised(List.of(), List.of("Bearer"), List.of(), List.of(CHALLENGE));

  /**
   * Who is known by access tokens: those of an issuer with one {@code sub}, or one {@code
   * client_id}.
   */
  public record Owner(
      Identity identity, String iss, @Nullable String sub, @Nullable String clientId) {

    private boolean has(Credential.Names names) {
      return iss.equals(names.iss())
          && (sub == null || sub.equals(names.sub()))
          && (clientId == null || clientId.equals(names.clientId()));
    }
  }

  /**
   * A token that was verified.
   *
   * @param x5tS256 the thumbprint of the certificate that it is bound to
   * @param configuration of its issuer then: see {@link IssuerView#configurationOf}
   */
  private record Verified(
      Credential credential,
      Authentication.Known known,
      @Nullable String x5tS256,
      long configuration) {}

  private final List<Owner> owners;
  private final String audience;
  private final Issuers issuers;
  private final Replica replica;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final FairChecks checks;
  private final Cache<Fingerprint, Verified> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  /**
   * @param checks in which signatures are checked
   * @param audience the issuer under which clients know the cluster (RFC 8414)
   */
  public BearerTokens(
      FairChecks checks,
      List<Owner> owners,
      String audience,
      Issuers issuers,
      Replica replica,
      Clocks clocks) {
    this.owners = List.copyOf(owners);
    this.audience = audience;
    this.issuers = issuers;
    this.replica = replica;
    this.clock = clocks.clock();
    this.nanoClock = clocks.nanoClock();
    this.checks = checks;
  }

  /**
   * What time it is.
   *
   * @param nanoClock monotonic, as {@link System#nanoTime}
   */
  public record Clocks(InstantSource clock, LongSupplier nanoClock) {}

  @Override
  public boolean isUsedBy(Evidence evidence) {
    String authorization = evidence.authorization();
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    String text = String.valueOf(evidence.authorization()).substring(SCHEME.length()).strip();
    if (!(PresentedToken.parse(text).orElse(null) instanceof PresentedToken.Jwt token)) {
      return Future.succeededFuture(INVALID);
    }
    IssuerView view = issuers.view();
    Verified known = remembered.getIfPresent(token.digest());
    if (known != null && isCurrent(known, view)) {
      return Future.succeededFuture(judge(known, view, evidence));
    }
    String network = Networks.of(evidence.remoteAddress());
    long now = clock.instant().getEpochSecond();
    return checks
        .run(
            // Whom the token is of is not known before it is verified.
            new FairChecks.Asker(network, network), () -> view.verifier().verify(token, now))
        .compose(FairChecks::onCallersContext)
        .map(verdict -> judge(token, verdict, view, evidence))
        .otherwise(error -> error instanceof FairChecks.ShedException ? BUSY : INVALID);
  }

  /** Whether the token would be verified as it was. */
  private static boolean isCurrent(Verified token, IssuerView view) {
    Credential credential = token.credential();
    String iss = String.valueOf(credential.names().iss());
    return token.configuration() == view.configurationOf(iss)
        && view.isFresh(iss)
        && view.isCurrent(iss, credential.binding().jkt());
  }

  private Authentication judge(
      PresentedToken.Jwt token, JwtVerdict verdict, IssuerView view, Evidence evidence) {
    if (verdict instanceof JwtVerdict.Undecided) {
      return NO_KEYS;
    }
    if (!(verdict instanceof JwtVerdict.Verified verified)) {
      return INVALID;
    }
    Verified read = read(verified.credential(), view);
    if (read == null) {
      return INVALID;
    }
    remembered.put(token.digest(), read);
    return judge(read, view, evidence);
  }

  /** What a token is good for here; null where that is nothing. */
  private @Nullable Verified read(Credential credential, IssuerView view) {
    List<Owner> its = owners.stream().filter(owner -> owner.has(credential.names())).toList();
    if (its.size() != 1
        || credential.validity().exp() == null
        || !credential.aud().contains(audience)) {
      return null;
    }
    ObjectNode members = Json.parseObject(credential.members()).orElse(null);
    if (members == null) {
      return null;
    }
    // A token that is bound to what is not shown here would be good for whoever stole it.
    JsonNode cnf = members.path("cnf");
    String x5tS256 = credential.binding().x5tS256();
    if (!cnf.isMissingNode() && (x5tS256 == null || cnf.size() != 1)) {
      return null;
    }
    Set<Right> granted = EnumSet.noneOf(Right.class);
    for (String scope : members.path("scope").asText("").split(" ", -1)) {
      if (scope.startsWith(SCOPE_PREFIX)) {
        Right.parse(scope.substring(SCOPE_PREFIX.length())).ifPresent(granted::add);
      }
    }
    return new Verified(
        credential,
        new Authentication.Known(its.get(0).identity().within(granted)),
        x5tS256,
        view.configurationOf(credential.names().iss()));
  }

  /** As any credential is judged: staleness is read before the index is searched. */
  private Authentication judge(Verified token, IssuerView view, Evidence evidence) {
    if (!replica.isFresh(nanoClock.getAsLong())) {
      return STALE;
    }
    Credential credential = token.credential();
    String iss = String.valueOf(credential.names().iss());
    long nowMillis = clock.millis();
    if (!credential
            .validity()
            .includes(Math.floorDiv(nowMillis, 1_000L), view.clockSkewSeconds(iss))
        || !isShown(token.x5tS256(), evidence)) {
      return INVALID;
    }
    String jkt = credential.binding().jkt();
    Set<String> kids = jkt == null ? Set.of() : view.kids(iss, jkt);
    boolean revoked =
        replica
            .index()
            .covers(
                Target.keysOf(credential, kids),
                credential.validity().iat(),
                replica.earlierMillis(nowMillis));
    return revoked ? INVALID : token.known();
  }

  /** RFC 8705 section 3: whether the connection is of the certificate, if one is asked for. */
  private static boolean isShown(@Nullable String x5tS256, Evidence evidence) {
    if (x5tS256 == null) {
      return true;
    }
    List<X509Certificate> chain = evidence.certificates();
    try {
      return !chain.isEmpty()
          && Fingerprint.of(chain.get(0).getEncoded()).toString().equals(x5tS256);
    } catch (CertificateEncodingException e) {
      return false;
    }
  }

  @Override
  public Advertised advertised() {
    return ADVERTISED;
  }
}
