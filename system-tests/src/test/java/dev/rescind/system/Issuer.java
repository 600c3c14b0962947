package dev.rescind.system;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An issuer of JWTs with a JWK Set at a URL. */
final class Issuer implements AutoCloseable {
  private final HttpServer server;
  private final RSAKey rsa;
  private final ECKey ec;
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile List<JWK> published;

  Issuer() throws IOException, JOSEException {
    rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
    published = List.of(rsa, ec);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/jwks",
        exchange -> {
          fetches.incrementAndGet();
          byte[] body = new JWKSet(published).toString(true).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/jwk-set+json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String iss() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String jwksUri() {
    return iss() + "/jwks";
  }

  RSAKey rsa() {
    return rsa;
  }

  ECKey ec() {
    return ec;
  }

  /** Signs an access token (RFC 9068) of five minutes with the RSA key. */
  String mint(UnaryOperator<JWTClaimsSet.Builder> claims) {
    return mint("rsa-1", JWSAlgorithm.RS256, claims);
  }

  /** Signs with whichever key fits the algorithm, under the {@code kid} given. */
  String mint(@Nullable String kid, JWSAlgorithm alg, UnaryOperator<JWTClaimsSet.Builder> claims) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder builder =
        new JWTClaimsSet.Builder()
            .issuer(iss())
            .subject("a-subject")
            .audience("https://api.example")
            .claim("client_id", "a-client")
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)));
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(alg).type(new JOSEObjectType("at+jwt")).keyID(kid).build(),
            claims.apply(builder).build());
    try {
      jwt.sign(JWSAlgorithm.Family.EC.contains(alg) ? new ECDSASigner(ec) : new RSASSASigner(rsa));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return jwt.serialize();
  }

  /** Publishes these keys and no others from now on. */
  void publish(JWK... keys) {
    published = List.of(keys);
  }

  int fetches() {
    return fetches.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
