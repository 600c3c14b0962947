package dev.rescind.platform.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.json.NumericDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A DPoP proof that holds (RFC 9449 section 4.3), but for two things: whether it came before, and
 * whether its key is the one that the access token is bound to.
 *
 * @param jkt the RFC 7638 thumbprint of its key
 * @param jti its own name
 * @param iat when it was made, in seconds
 */
public record DpopProof(String jkt, String jti, long iat) {
  private static final String TYPE = "dpop+jwt";
  private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  /**
   * What a proof must be for.
   *
   * @param htm the method of the request that it came with
   * @param htu the URI of that request, of which query and fragment do not count
   * @param accessToken as it came with the request
   * @param nonce that was asked for; null where none was
   */
  public record Request(String htm, String htu, String accessToken, @Nullable String nonce) {
    @Override
    public String toString() {
      return "Request[…]";
    }
  }

  /** How old a proof may be, and from how far ahead it may come, in seconds, for clocks differ. */
  public record Window(long now, long maxAge, long ahead) {
    boolean holds(long iat) {
      return iat >= now - maxAge && iat <= now + ahead;
    }
  }

  /** Checks a proof, for which a thread is taken some 1 ms. Empty where it does not hold. */
  public static Optional<DpopProof> check(String proof, Request request, Window window) {
    if (!(PresentedToken.parse(proof).orElse(null) instanceof PresentedToken.Jwt jwt)) {
      return Optional.empty();
    }
    JwtHeader header = JwtHeader.parse(jwt.header()).orElse(null);
    Alg alg = header == null ? null : Alg.parse(header.alg()).orElse(null);
    ObjectNode claims = Json.parseObject(jwt.payload()).orElse(null);
    if (header == null
        || claims == null
        || alg == null
        || alg.family() == Alg.Family.HMAC
        || header.extended()
        || !isProof(header.typ())) {
      return Optional.empty();
    }
    String jti = claims.path("jti").textValue();
    OptionalLong iat = NumericDate.floor(claims.path("iat"));
    if (jti == null
        || jti.isEmpty()
        || iat.isEmpty()
        || !window.holds(iat.getAsLong())
        || !isFor(request, claims)) {
      return Optional.empty();
    }
    return key(jwt)
        .filter(key -> key.jkt() != null && key.verifies(alg, jwt.signingInput(), jwt.signature()))
        .map(key -> new DpopProof(String.valueOf(key.jkt()), jti, iat.getAsLong()));
  }

  private static boolean isProof(@Nullable String typ) {
    String lower = typ == null ? "" : typ.toLowerCase(Locale.ROOT);
    return lower.equals(TYPE) || lower.equals("application/" + TYPE);
  }

  private static boolean isFor(Request request, ObjectNode claims) {
    String htu = claims.path("htu").textValue();
    Optional<String> wanted = TargetUri.normalized(request.htu());
    return request.htm().equals(claims.path("htm").textValue())
        && htu != null
        && wanted.isPresent()
        && wanted.equals(TargetUri.normalized(htu))
        && Fingerprint.of(request.accessToken()).toString().equals(claims.path("ath").textValue())
        && (request.nonce() == null || request.nonce().equals(claims.path("nonce").textValue()));
  }

  /** The public key in the header; nothing where it is private, or of no use. */
  private static Optional<VerificationKey> key(PresentedToken.Jwt jwt) {
    JsonNode jwk = Json.parseObject(jwt.header()).map(header -> header.path("jwk")).orElseThrow();
    return jwk instanceof ObjectNode object && PRIVATE.stream().noneMatch(object::has)
        ? JwkReader.read(object)
        : Optional.empty();
  }
}
