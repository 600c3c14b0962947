package dev.rescind.platform.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.jose.ClientKeys;
import dev.rescind.platform.jose.JwtVerdict;
import dev.rescind.platform.json.Json;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code private_key_jwt} and {@code client_secret_jwt} (RFC 7523 section 2.2, OpenID Connect Core
 * section 9): a JWT that the client issued for this cluster, short-lived and good for one request.
 */
public final class ClientAssertions implements AuthenticationMethod {
  /** The one {@code client_assertion_type} there is. */
  public static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** By how much a client's clock may differ from this node's. */
  public static final Duration SKEW = Duration.ofSeconds(10);

  private static final int MAX_LENGTH = 8 * 1024;
  private static final String NOBODY = "";

  private static final Authentication REFUSED =
      Authentication.Refused.invalidClient("Basic realm=\"rescind\", charset=\"UTF-8\"");
  private static final Authentication BUSY =
      new Authentication.Busy("too many callers are being authenticated");
  private static final Authentication NO_KEYS =
      new Authentication.Busy("the client's keys cannot be had now");
  private static final Authentication CANNOT_TELL =
      new Authentication.Busy("whether the assertion was used before cannot be told now");

  /**
   * Who is known by assertions.
   *
   * @param keys where its keys are, and the algorithms it may use
   * @param maxLifetime how far ahead {@code exp} may be
   * @param legacyAudience whether {@code aud} may also be the endpoint's URL, or an array
   */
  public record Owner(
      Identity identity, ClientKeys.Client keys, Duration maxLifetime, boolean legacyAudience) {}

  /**
   * What of the cluster an assertion is judged by.
   *
   * @param issuer under which clients know the cluster (RFC 8414)
   * @param endpoints the URLs that a client may take for the audience, where it may
   */
  public record Audience(String issuer, List<String> endpoints) {
    public Audience {
      endpoints = List.copyOf(endpoints);
    }
  }

  private final Map<String, Owner> owners = new HashMap<>();
  private final ClientKeys keys;
  private final Audience audience;
  private final OnceOnly once;
  private final InstantSource clock;
  private final FairChecks checks;
  private final Advertised advertised;

  /**
   * @param checks in which signatures are checked
   * @param keys of all owners
   */
  public ClientAssertions(
      FairChecks checks,
      List<Owner> owners,
      ClientKeys keys,
      Audience audience,
      OnceOnly once,
      InstantSource clock) {
    Set<String> methods = new LinkedHashSet<>();
    Set<String> algs = new LinkedHashSet<>();
    for (Owner owner : owners) {
      this.owners.put(owner.identity().clientId(), owner);
      methods.add(
          owner.keys().source() instanceof ClientKeys.Source.Secrets
              ? "client_secret_jwt"
              : "private_key_jwt");
      algs.addAll(owner.keys().algs());
    }
    this.keys = keys;
    this.audience = audience;
    this.once = once;
    this.clock = clock;
    this.checks = checks;
    advertised = new Advertised(List.copyOf(methods), List.of(), List.copyOf(algs), List.of());
  }

  @Override
  public boolean isUsedBy(Evidence evidence) {
    return evidence.parameter("client_assertion") != null
        || evidence.parameter("client_assertion_type") != null;
  }

  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    String text = evidence.parameter("client_assertion");
    if (text == null
        || text.length() > MAX_LENGTH
        || !TYPE.equals(evidence.parameter("client_assertion_type"))
        || !(PresentedToken.parse(text).orElse(null) instanceof PresentedToken.Jwt token)) {
      return Future.succeededFuture(REFUSED);
    }
    Optional<ObjectNode> claims = Json.parseObject(token.payload());
    Owner owner = claims.map(json -> owners.get(json.path("iss").asText(NOBODY))).orElse(null);
    if (owner == null || !isFor(owner, claims.get(), evidence)) {
      return Future.succeededFuture(REFUSED);
    }
    long now = clock.instant().getEpochSecond();
    FairChecks.Asker asker =
        new FairChecks.Asker(owner.identity().clientId(), Networks.of(evidence.remoteAddress()));
    return checks
        .run(asker, () -> keys.verifier().verify(token, now))
        .compose(FairChecks::onCallersContext)
        .compose(verdict -> judge(owner, verdict, now))
        .otherwise(error -> error instanceof FairChecks.ShedException ? BUSY : REFUSED);
  }

  /** Whether what is not yet verified says that it is this client's, for this cluster, now. */
  private boolean isFor(Owner owner, ObjectNode claims, Evidence evidence) {
    String clientId = owner.identity().clientId();
    String named = evidence.parameter("client_id");
    return clientId.equals(claims.path("sub").textValue())
        && (named == null || named.equals(clientId))
        && isOurs(claims.path("aud"), owner.legacyAudience());
  }

  /** RFC 7523bis section 4: the issuer alone, as one string. */
  private boolean isOurs(JsonNode aud, boolean legacy) {
    if (aud.isTextual()) {
      return isOurName(aud.textValue(), legacy);
    }
    if (!legacy || !aud.isArray()) {
      return false;
    }
    for (JsonNode one : aud) {
      if (one.isTextual() && isOurName(one.textValue(), true)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOurName(String name, boolean legacy) {
    return name.equals(audience.issuer()) || (legacy && audience.endpoints().contains(name));
  }

  private Future<Authentication> judge(Owner owner, JwtVerdict verdict, long now) {
    if (verdict instanceof JwtVerdict.Undecided) {
      return Future.succeededFuture(NO_KEYS);
    }
    if (!(verdict instanceof JwtVerdict.Verified verified)) {
      return Future.succeededFuture(REFUSED);
    }
    Credential assertion = verified.credential();
    String jti = assertion.names().jti();
    Long exp = assertion.validity().exp();
    long longest = owner.maxLifetime().plus(SKEW).toSeconds();
    if (jti == null || jti.isEmpty() || exp == null || exp - now > longest) {
      return Future.succeededFuture(REFUSED);
    }
    return once.use(
            OnceOnly.name("client_assertion", owner.identity().clientId(), jti),
            Duration.ofSeconds(exp - now).plus(SKEW))
        .map(
            use ->
                switch (use) {
                  case FIRST -> new Authentication.Known(owner.identity());
                  case AGAIN -> REFUSED;
                  case UNKNOWN -> CANNOT_TELL;
                });
  }

  @Override
  public Advertised advertised() {
    return advertised;
  }
}
