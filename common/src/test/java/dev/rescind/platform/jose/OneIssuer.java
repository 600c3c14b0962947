package dev.rescind.platform.jose;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The verifier of one issuer whose JWK Set, or secret, is in memory. */
final class OneIssuer {
  static final String ISS = "https://as.example";
  static final long NOW = 1_800_000_000L;

  private final JwtVerifier verifier;

  private OneIssuer(IssuerConfig config, Vertx vertx, @Nullable KeySource source) {
    IssuerKeys keys =
        new IssuerKeys(
            config, vertx, source, () -> 0, new IssuerKeys.Start(1, new KeyHistory(), null));
    keys.fetch().await();
    verifier = new JwtVerifier(Map.of(ISS, keys));
  }

  static OneIssuer withKeys(Vertx vertx, IssuerConfig.Accept accept, ObjectNode... jwks) {
    byte[] set = set(jwks);
    IssuerConfig config =
        new IssuerConfig(ISS, IssuerConfig.Keys.atUri("https://as.example/jwks"), accept);
    return new OneIssuer(config, vertx, () -> read(set));
  }

  static OneIssuer withVerificationKeys(Vertx vertx, VerificationKey... keys) {
    return new OneIssuer(
        IssuerConfig.of(ISS, IssuerConfig.Keys.atUri("https://as.example/jwks")),
        vertx,
        () -> Future.succeededFuture(List.of(keys)));
  }

  static OneIssuer withSecret(Vertx vertx, IssuerConfig.Accept accept, String secret) {
    return new OneIssuer(
        new IssuerConfig(ISS, IssuerConfig.Keys.secret(secret), accept), vertx, null);
  }

  static IssuerConfig.Accept algs(String... algs) {
    return IssuerConfig.Accept.defaults().withAlgs(List.of(algs));
  }

  static IssuerConfig.Accept typ(String... typ) {
    return new IssuerConfig.Accept(List.of(), List.of(typ), List.of(), Duration.ofSeconds(5), null);
  }

  static byte[] set(ObjectNode... jwks) {
    ObjectNode set = Json.object();
    ArrayNode keys = set.putArray("keys");
    for (ObjectNode jwk : jwks) {
      keys.add(jwk);
    }
    return Json.write(set).getBytes(UTF_8);
  }

  private static Future<List<VerificationKey>> read(byte[] set) {
    try {
      return Future.succeededFuture(JwkReader.readSet(set));
    } catch (KeyFetchException e) {
      return Future.failedFuture(e);
    }
  }

  JwtVerdict verdict(String jwt) {
    return verdict(jwt, NOW);
  }

  JwtVerdict verdict(String jwt, long now) {
    PresentedToken.Jwt token = (PresentedToken.Jwt) PresentedToken.parse(jwt).orElseThrow();
    return verifier.verify(token, now).await();
  }

  Credential credential(String jwt) {
    return ((JwtVerdict.Verified) verdict(jwt)).credential();
  }

  /** "verified", "foreign", "undecided", or the refusal's name. */
  String outcome(String jwt) {
    return outcome(verdict(jwt));
  }

  String outcome(String jwt, long now) {
    return outcome(verdict(jwt, now));
  }

  static String outcome(JwtVerdict verdict) {
    if (verdict instanceof JwtVerdict.Verified) {
      return "verified";
    }
    if (verdict instanceof JwtVerdict.Invalid invalid) {
      return invalid.cause().name();
    }
    return verdict instanceof JwtVerdict.Foreign ? "foreign" : "undecided";
  }

  /** A header of an access token (RFC 9068) by {@code alg} and {@code kid}. */
  static String header(String alg, @Nullable String kid) {
    ObjectNode header = Json.object().put("alg", alg).put("typ", "at+jwt");
    return Json.write(kid == null ? header : header.put("kid", kid));
  }

  /** Claims of a token of this issuer, valid now, with more after them. */
  static String claims(String more) {
    return "{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d%s}"
        .formatted(ISS, NOW - 60, NOW + 600, more.isEmpty() ? "" : "," + more);
  }
}
