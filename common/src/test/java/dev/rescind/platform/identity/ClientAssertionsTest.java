package dev.rescind.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.rescind.platform.jose.ClientKeys;
import dev.rescind.platform.jose.PrivateAddresses;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7523 section 3, and what its revision adds. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ClientAssertionsTest {
  private static final String ISSUER = "https://rescind.example";
  private static final String ENDPOINT = "https://rescind.example/introspect";
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final String SECRET =
      "a secret of more than sixty-four bytes, so that it is one for HS512";
  private static final String NEXT =
      "another secret of more than sixty-four bytes, to replace the first";
  private static final ECKey EC = ec();
  private static final RSAKey RSA = rsa();

  private final Vertx vertx = Vertx.vertx();
  private final RememberedUses uses = new RememberedUses();
  private final List<ClientAssertions.Owner> owners =
      List.of(
          owner(
              "signer",
              new ClientKeys.Source.Inline(
                  new JWKSet(List.of(EC.toPublicJWK(), RSA.toPublicJWK())).toString()),
              List.of("ES256", "RS256", "PS384"),
              false),
          owner(
              "legacy",
              new ClientKeys.Source.Inline(new JWKSet(EC.toPublicJWK()).toString()),
              List.of("ES256"),
              true),
          owner(
              "sharer",
              new ClientKeys.Source.Secrets(List.of(SECRET, NEXT)),
              List.of("HS256", "HS512"),
              false));
  private final ClientKeys keys =
      new ClientKeys(
          vertx,
          owners.stream().map(ClientAssertions.Owner::keys).toList(),
          System::nanoTime,
          PrivateAddresses.none());
  private final ClientAssertions method =
      new ClientAssertions(
          new FairChecks(vertx, "assertions-test", 1, 8, new Random(7)),
          owners,
          keys,
          new ClientAssertions.Audience(ISSUER, List.of(ENDPOINT)),
          uses,
          InstantSource.fixed(NOW));
  private int jtis;

  private static ECKey ec() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa() {
    try {
      return new RSAKeyGenerator(2048).keyID("rsa").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClientAssertions.Owner owner(
      String clientId, ClientKeys.Source source, List<String> algs, boolean legacy) {
    return new ClientAssertions.Owner(
        Identity.parse(
            clientId, List.of(), new Identity.Limits(null, null, null), StalePolicy.REFUSE),
        new ClientKeys.Client(clientId, source, algs, ClientAssertions.SKEW),
        Duration.ofMinutes(5),
        legacy);
  }

  @BeforeEach
  void start() throws Exception {
    keys.start().await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    keys.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** Claims that are good for one request of that client. */
  private JWTClaimsSet.Builder claims(String clientId) {
    return new JWTClaimsSet.Builder()
        .issuer(clientId)
        .subject(clientId)
        .audience(ISSUER)
        .jwtID("jti-" + jtis++)
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  private static JWSHeader es256() {
    return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build();
  }

  private static String sign(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static String sign(JWTClaimsSet.Builder claims) throws JOSEException {
    return sign(es256(), claims.build(), new ECDSASigner(EC));
  }

  private static GivenEvidence evidence(String assertion) {
    return GivenEvidence.none()
        .parameter("client_assertion_type", ClientAssertions.TYPE)
        .parameter("client_assertion", assertion);
  }

  private String authenticate(String assertion) {
    return authenticate(evidence(assertion));
  }

  private String authenticate(Evidence evidence) {
    Authentication outcome =
        new CallerAuthenticator(List.of(method), List.of()).authenticate(evidence).await();
    if (outcome instanceof Authentication.Known known) {
      return known.identity().clientId();
    }
    return outcome instanceof Authentication.Refused refused
        ? refused.status() + " " + refused.error()
        : ((Authentication.Busy) outcome).description();
  }

  private static final String REFUSED = "401 invalid_client";

  @Test
  void knowsAClientByItsKey_whateverAlgorithmItMayUse() throws Exception {
    assertThat(authenticate(sign(claims("signer")))).isEqualTo("signer");
    for (JWSAlgorithm alg : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS384)) {
      String assertion =
          sign(
              new JWSHeader.Builder(alg).keyID("rsa").build(),
              claims("signer").build(),
              new RSASSASigner(RSA));
      assertThat(authenticate(assertion)).isEqualTo("signer");
    }
  }

  @Test
  void refusesAnAlgorithmThatTheClientMayNotUse() throws Exception {
    for (JWSAlgorithm alg : List.of(JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
      String assertion =
          sign(
              new JWSHeader.Builder(alg).keyID("rsa").build(),
              claims("signer").build(),
              new RSASSASigner(RSA));
      assertThat(authenticate(assertion)).isEqualTo(REFUSED);
    }
  }

  @Test
  void knowsAClientByEitherOfTwoSecrets() throws Exception {
    for (String secret : List.of(SECRET, NEXT)) {
      for (JWSAlgorithm alg : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS512)) {
        assertThat(
                authenticate(
                    sign(new JWSHeader(alg), claims("sharer").build(), new MACSigner(secret))))
            .isEqualTo("sharer");
      }
    }
    String other =
        sign(
            new JWSHeader(JWSAlgorithm.HS256),
            claims("sharer").build(),
            new MACSigner(SECRET + "x"));
    assertThat(authenticate(other)).isEqualTo(REFUSED);
  }

  /** The public key as a secret: the oldest of confusions (RFC 8725 section 2.1). */
  @Test
  void refusesTheSignersPublicKeyAsASecret() throws Exception {
    String assertion =
        sign(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("ec").build(),
            claims("signer").build(),
            new MACSigner(EC.toPublicJWK().toString().getBytes(UTF_8)));

    assertThat(authenticate(assertion)).isEqualTo(REFUSED);
  }

  @Test
  void refusesOneClientsAssertionForAnother() throws Exception {
    assertThat(authenticate(sign(claims("sharer")))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").subject("sharer")))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").issuer("sharer")))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("nobody")))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").issuer(null)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").subject(null)))).isEqualTo(REFUSED);
  }

  @Test
  void wantsTheClientIdParameterToBeTheSame_ifThereIsOne() throws Exception {
    assertThat(authenticate(evidence(sign(claims("signer"))).parameter("client_id", "signer")))
        .isEqualTo("signer");
    assertThat(authenticate(evidence(sign(claims("signer"))).parameter("client_id", "legacy")))
        .isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "jwt-bearer",
        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        "URN:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer "
      })
  void wantsTheExactType(String type) throws Exception {
    Evidence evidence =
        GivenEvidence.none()
            .parameter("client_assertion_type", type)
            .parameter("client_assertion", sign(claims("signer")));

    assertThat(authenticate(evidence)).isEqualTo(REFUSED);
  }

  @Test
  void refusesATypeWithoutAnAssertion_andAnAssertionWithoutAType() throws Exception {
    assertThat(
            authenticate(
                GivenEvidence.none().parameter("client_assertion_type", ClientAssertions.TYPE)))
        .isEqualTo(REFUSED);
    assertThat(
            authenticate(
                GivenEvidence.none().parameter("client_assertion", sign(claims("signer")))))
        .isEqualTo(REFUSED);
  }

  @Test
  void takesTheIssuerAloneForTheAudience_asOneString() throws Exception {
    assertThat(authenticate(sign(claims("signer").audience(ENDPOINT)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").audience(ISSUER + "/")))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").audience((String) null)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").claim("aud", List.of(ISSUER, ENDPOINT)))))
        .isEqualTo(REFUSED);
    assertThat(uses.uses).isEmpty();
  }

  @Test
  void takesTheEndpointAndAnArrayToo_ofAClientWithTheLegacyFlag() throws Exception {
    for (Object aud : List.of(ISSUER, ENDPOINT, List.of("https://other.example", ENDPOINT))) {
      assertThat(authenticate(sign(claims("legacy").claim("aud", aud)))).isEqualTo("legacy");
    }
    for (Object aud : List.of("https://other.example", List.of("https://other.example"))) {
      assertThat(authenticate(sign(claims("legacy").claim("aud", aud)))).isEqualTo(REFUSED);
    }
  }

  @Test
  void refusesAnAssertionThatCameBefore() throws Exception {
    String assertion = sign(claims("signer"));

    assertThat(authenticate(assertion)).isEqualTo("signer");
    assertThat(authenticate(assertion)).isEqualTo(REFUSED);
    // The same jti of another client, or in another assertion of this one.
    assertThat(authenticate(sign(claims("legacy").jwtID("jti-0")))).isEqualTo("legacy");
    assertThat(authenticate(sign(claims("signer").jwtID("jti-0")))).isEqualTo(REFUSED);
  }

  @Test
  void remembersAUse_asLongAsItCouldBeRepeated() throws Exception {
    assertThat(authenticate(sign(claims("signer")))).isEqualTo("signer");

    assertThat(uses.uses.values())
        .containsExactly(Duration.ofSeconds(60).plus(ClientAssertions.SKEW));
  }

  @Test
  void letsNobodyIn_whileItCannotBeToldWhetherAnAssertionCameBefore() throws Exception {
    uses.able(false);

    assertThat(authenticate(sign(claims("signer"))))
        .isEqualTo("whether the assertion was used before cannot be told now");
  }

  @Test
  void takesNoNoteOfAnAssertionThatIsNotTheClients() throws Exception {
    String forged = sign(es256(), claims("signer").build(), new ECDSASigner(ec()));

    assertThat(authenticate(forged)).isEqualTo(REFUSED);
    assertThat(uses.uses).isEmpty();
  }

  @Test
  void refusesAnAssertionWithoutJti() throws Exception {
    assertThat(authenticate(sign(claims("signer").jwtID(null)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").jwtID("")))).isEqualTo(REFUSED);
  }

  @Test
  void wantsAnEnd_notTooFarAhead() throws Exception {
    long longest = 300 + ClientAssertions.SKEW.toSeconds();

    assertThat(authenticate(sign(claims("signer").expirationTime(null)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(ending(longest)))).isEqualTo("signer");
    assertThat(authenticate(sign(ending(longest + 1)))).isEqualTo(REFUSED);
    assertThat(authenticate(sign(claims("signer").claim("exp", Long.MAX_VALUE))))
        .isEqualTo(REFUSED);
  }

  @Test
  void holdsTheTimes_giveOrTakeASmallSkew() throws Exception {
    long skew = ClientAssertions.SKEW.toSeconds();

    assertThat(authenticate(sign(ending(1 - skew)))).isEqualTo("signer");
    assertThat(authenticate(sign(ending(-skew)))).isEqualTo(REFUSED);
    for (String claim : List.of("nbf", "iat")) {
      long latest = NOW.getEpochSecond() + skew;
      assertThat(authenticate(sign(claims("signer").claim(claim, latest)))).isEqualTo("signer");
      assertThat(authenticate(sign(claims("signer").claim(claim, latest + 1)))).isEqualTo(REFUSED);
    }
  }

  private JWTClaimsSet.Builder ending(long inSeconds) {
    return claims("signer").expirationTime(Date.from(NOW.plusSeconds(inSeconds)));
  }

  @Test
  void takesNoOtherKindOfJwtForAnAssertion() throws Exception {
    List<String> outcomes = new ArrayList<>();
    for (String typ :
        List.of("JWT", "jwt", "client-authentication+jwt", "at+jwt", "dpop+jwt", "logout+jwt")) {
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.ES256)
              .keyID("ec")
              .type(new JOSEObjectType(typ))
              .build();
      outcomes.add(authenticate(sign(header, claims("signer").build(), new ECDSASigner(EC))));
    }

    assertThat(outcomes).containsExactly("signer", "signer", "signer", REFUSED, REFUSED, REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."})
  void refusesWhatIsNoJwt(String text) {
    assertThat(authenticate(text)).isEqualTo(REFUSED);
  }

  @Test
  void refusesAnotherMethodBeside() throws Exception {
    Evidence both = evidence(sign(claims("signer"))).parameter("client_secret", "x");
    ClientSecrets secrets = new ClientSecrets(vertx, List.of());
    Authentication outcome =
        new CallerAuthenticator(List.of(secrets, method), List.of()).authenticate(both).await();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Authentication.Refused.class,
            refused -> assertThat(refused.error()).isEqualTo("invalid_request"));
  }

  @Test
  void advertisesTheMethodsAndAlgorithmsOfItsClients() {
    assertThat(method.advertised().methods())
        .containsExactly("private_key_jwt", "client_secret_jwt");
    assertThat(method.advertised().signingAlgs())
        .containsExactly("ES256", "RS256", "PS384", "HS256", "HS512");
  }
}
