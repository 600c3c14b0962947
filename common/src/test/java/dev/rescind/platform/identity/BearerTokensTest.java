package dev.rescind.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.platform.jose.IssuerConfig;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.jose.PrivateAddresses;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 6750 and RFC 9068: whose tokens let whom in, and when they no longer do. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BearerTokensTest {
  private static final String ISS = "https://as.example";
  private static final String AUDIENCE = "https://rescind.example";
  private static final String SECRET = "a secret of the issuer's, of thirty-two bytes or more";
  private static final long NOW = 1_800_000_000;
  private static final String INVALID = "401 invalid_token";

  private static final RecordCodec CODEC =
      new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k1", new byte[32]))), SomeLiftKeys.BOTH);

  private final Vertx vertx = Vertx.vertx();
  private final Issuers issuers =
      new Issuers(
          vertx,
          List.of(
              IssuerConfig.of(ISS, IssuerConfig.Keys.secret(SECRET)),
              IssuerConfig.of("https://other.example", IssuerConfig.Keys.secret(SECRET))),
          () -> 0,
          PrivateAddresses.none());
  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
  private long nanos;
  private Instant clock = Instant.ofEpochSecond(NOW);
  private long offset;
  private final BearerTokens method =
      new BearerTokens(
          new FairChecks(vertx, "bearer-test", 1, 8, new Random(7)),
          List.of(
              owner("by-sub", "service", null),
              owner("by-client", null, "client"),
              owner("by-both", "both", "both")),
          AUDIENCE,
          issuers,
          replica,
          new BearerTokens.Clocks(() -> clock, () -> nanos));

  private static BearerTokens.Owner owner(
      String name, @Nullable String sub, @Nullable String clientId) {
    return new BearerTokens.Owner(
        Identity.parse(
            name,
            List.of("introspect", "read", "revoke:own"),
            new Identity.Limits(null, null, null),
            StalePolicy.SERVE),
        ISS,
        sub,
        clientId);
  }

  @BeforeEach
  void prove() {
    Barrier barrier =
        replica.nextBarrier(
            new Barrier.Writer("n1", "http://n1", "1", true), NodeState.CATCHING_UP, nanos);
    read(new LogRecord.BarrierWritten(barrier));
  }

  @AfterEach
  void close() throws Exception {
    issuers.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, NOW * 1_000, encoded.key(), encoded.value());
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISS)
        .subject("service")
        .audience(AUDIENCE)
        .jwtID("t1")
        .claim("scope", "rescind:introspect rescind:revoke:own")
        .issueTime(Date.from(Instant.ofEpochSecond(NOW - 10)))
        .expirationTime(Date.from(Instant.ofEpochSecond(NOW + 60)));
  }

  private static String sign(JWTClaimsSet.Builder claims) throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("at+jwt")).build(),
            claims.build());
    jwt.sign(new MACSigner(SECRET));
    return jwt.serialize();
  }

  private Authentication outcome(String token) {
    return new CallerAuthenticator(List.of(method), List.of())
        .authenticate(GivenEvidence.none().header("Authorization", "Bearer " + token))
        .await();
  }

  private String authenticate(JWTClaimsSet.Builder claims) throws JOSEException {
    return said(outcome(sign(claims)));
  }

  private static String said(Authentication outcome) {
    if (outcome instanceof Authentication.Known known) {
      return known.identity().clientId();
    }
    return outcome instanceof Authentication.Refused refused
        ? refused.status() + " " + refused.error()
        : ((Authentication.Busy) outcome).description();
  }

  @Test
  void knowsACallerByTheSubjectOrTheClientOfATrustedIssuersToken() throws Exception {
    assertThat(authenticate(claims())).isEqualTo("by-sub");
    assertThat(authenticate(claims().subject("x").claim("client_id", "client")))
        .isEqualTo("by-client");
    assertThat(authenticate(claims().subject("both").claim("client_id", "both")))
        .isEqualTo("by-both");
    assertThat(authenticate(claims().subject("both"))).isEqualTo(INVALID);
  }

  @Test
  void refusesATokenThatTwoIdentitiesCouldBeMeantBy() throws Exception {
    assertThat(authenticate(claims().claim("client_id", "client"))).isEqualTo(INVALID);
  }

  @Test
  void refusesATokenOfAnotherIssuer_alsoOneThatIsConfigured() throws Exception {
    assertThat(authenticate(claims().issuer("https://other.example"))).isEqualTo(INVALID);
    assertThat(authenticate(claims().issuer("https://unknown.example"))).isEqualTo(INVALID);
  }

  @Test
  void refusesATokenForAnotherAudience() throws Exception {
    assertThat(authenticate(claims().audience("https://api.example"))).isEqualTo(INVALID);
    assertThat(authenticate(claims().audience((String) null))).isEqualTo(INVALID);
    assertThat(authenticate(claims().audience(List.of("https://api.example", AUDIENCE))))
        .isEqualTo("by-sub");
  }

  @Test
  void allowsWhatBothTheIdentityAndTheScopesAllow() throws Exception {
    assertThat(rights("rescind:introspect rescind:revoke:own"))
        .containsExactlyInAnyOrder(Right.INTROSPECT, Right.REVOKE_OWN);
    assertThat(rights("rescind:introspect rescind:break-glass rescind:lift openid"))
        .containsExactly(Right.INTROSPECT);
    assertThat(rights("introspect read")).isEmpty();
    assertThat(rights(null)).isEmpty();
  }

  private Set<Right> rights(@Nullable String scope) throws JOSEException {
    return ((Authentication.Known) outcome(sign(claims().claim("scope", scope))))
        .identity()
        .rights();
  }

  @Test
  void refusesATokenThatIsOver_alsoWhenItWasGoodBefore() throws Exception {
    String token = sign(claims());

    assertThat(said(outcome(token))).isEqualTo("by-sub");
    clock = clock.plusSeconds(66);
    assertThat(said(outcome(token))).isEqualTo(INVALID);
    assertThat(authenticate(claims().expirationTime(null))).isEqualTo(INVALID);
  }

  @Test
  void refusesARevokedToken_alsoWhenItWasGoodBefore() throws Exception {
    String token = sign(claims());
    assertThat(said(outcome(token))).isEqualTo("by-sub");
    read(
        new LogRecord.Revoked(
            new Revocation(
                UUID.randomUUID(),
                new Target.TokenId(ISS, "t1"),
                Cutoff.ALWAYS,
                null,
                Instant.EPOCH,
                null,
                new Revocation.Circumstances("admin", null, null, false))));

    assertThat(said(outcome(token))).isEqualTo(INVALID);
    assertThat(said(outcome(token + "x"))).isEqualTo(INVALID);
    assertThat(authenticate(claims().jwtID("t2"))).isEqualTo("by-sub");
  }

  /** Also of an identity that takes stale answers: it must be known first. */
  @Test
  void knowsNobody_whileItCannotProveThatItWouldKnowOfARevocation() throws Exception {
    String token = sign(claims());
    assertThat(said(outcome(token))).isEqualTo("by-sub");
    nanos += StalenessBound.DEFAULT.toNanos() + 1;

    assertThat(said(outcome(token)))
        .isEqualTo("whether the access token was revoked cannot be told now");
  }

  @Test
  void refusesATokenThatIsBoundToAKeyThatIsNotShown() throws Exception {
    String thumbprint = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";

    for (Map<String, Object> cnf :
        List.<Map<String, Object>>of(
            Map.of("jkt", thumbprint), Map.of("x5t#S256", thumbprint), Map.of("kid", "k"))) {
      assertThat(authenticate(claims().claim("cnf", cnf))).isEqualTo(INVALID);
    }
  }

  @Test
  void refusesWhatIsNoJwt_andSaysWhy() {
    for (String text : List.of("", "x", "opaque-token-of-some-length", "a.b.c")) {
      assertThat(outcome(text))
          .isInstanceOfSatisfying(
              Authentication.Refused.class,
              refused ->
                  assertThat(refused.challenge())
                      .isEqualTo("Bearer realm=\"rescind\", error=\"invalid_token\""));
    }
  }

  /** RFC 6750 section 3.1: who shows nothing is told of no error. */
  @Test
  void challengesWhoShowsNoToken_withoutAnError() {
    Authentication outcome =
        new CallerAuthenticator(List.of(method), List.of())
            .authenticate(GivenEvidence.none())
            .result();

    assertThat(((Authentication.Refused) outcome).challenge())
        .isEqualTo("Bearer realm=\"rescind\"");
  }
}
