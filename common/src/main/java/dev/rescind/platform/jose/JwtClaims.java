package dev.rescind.platform.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.AnswerMembers;
import dev.rescind.platform.json.Json;
import dev.rescind.platform.json.NumericDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JWT's claims (RFC 7519 section 4), each of the kind that it must be of. A null is as good as
 * absent, but not where a time is expected.
 *
 * @param json all of them
 * @param x5tS256 the thumbprint of the certificate that the token is bound to, in its one spelling
 */
record JwtClaims(
    ObjectNode json,
    Credential.Names names,
    Credential.Validity validity,
    List<String> aud,
    @Nullable String x5tS256) {

  private static final List<String> TEXTS =
      List.of("iss", "sub", "client_id", "azp", "jti", "sid", "grant_id");

  /** Empty where they are not an object, or one of them is of the wrong kind. */
  static Optional<JwtClaims> parse(byte[] json) {
    return Json.parseObject(json).flatMap(JwtClaims::of);
  }

  private static Optional<JwtClaims> of(ObjectNode json) {
    JsonNode cnf = json.path("cnf");
    List<String> aud = audience(json.path("aud"));
    if (aud == null
        || !TEXTS.stream().allMatch(name -> isTextIfPresent(json.path(name)))
        || !isScopeIfPresent(json.path("scope"))
        || !isScopeIfPresent(json.path("scp"))
        || !isTimeIfPresent(json.path("exp"))
        || !isTimeIfPresent(json.path("iat"))
        || !isTimeIfPresent(json.path("nbf"))
        || !(isAbsent(cnf) || cnf.isObject())
        || !isThumbprintIfPresent(cnf.path("x5t#S256"))) {
      return Optional.empty();
    }
    String clientId = json.path("client_id").textValue();
    Credential.Names names =
        new Credential.Names(
            json.path("iss").textValue(),
            json.path("sub").textValue(),
            clientId == null ? json.path("azp").textValue() : clientId,
            json.path("jti").textValue(),
            json.path("sid").textValue(),
            json.path("grant_id").textValue());
    Credential.Validity validity =
        new Credential.Validity(
            orNull(NumericDate.floor(json.path("iat"))),
            orNull(NumericDate.ceil(json.path("nbf"))),
            orNull(NumericDate.floor(json.path("exp"))));
    return Optional.of(new JwtClaims(json, names, validity, aud, thumbprint(cnf.path("x5t#S256"))));
  }

  /**
   * Whether they are a security event's, a logout token's (RFC 8417 section 2.2) or an
   * introspection answer's (RFC 9701 section 5), which are no credential, also where their header
   * does not say so.
   */
  boolean areOfAnotherKind() {
    return json.has("events") || json.has("token_introspection");
  }

  /** Why the claims do not hold now, or are not accepted of this issuer; null where they are. */
  @Nullable Refusal refusal(IssuerConfig.Accept accept, long now) {
    long skew = accept.clockSkew().toSeconds();
    Long iat = validity.iat();
    Long nbf = validity.nbf();
    Long exp = validity.exp();
    if (exp != null && now >= exp + skew) {
      return Refusal.EXPIRED;
    }
    if (nbf != null && now < nbf - skew) {
      return Refusal.NOT_YET_VALID;
    }
    if (iat != null && iat > now + skew) {
      return Refusal.ISSUED_IN_FUTURE;
    }
    if (accept.maxLifetime() != null
        && (iat == null || exp == null || exp - iat > accept.maxLifetime().toSeconds())) {
      return Refusal.LIFETIME;
    }
    if (!accept.audiences().isEmpty() && accept.audiences().stream().noneMatch(aud::contains)) {
      return Refusal.AUDIENCE;
    }
    return null;
  }

  private static @Nullable List<String> audience(JsonNode aud) {
    if (isAbsent(aud)) {
      return List.of();
    }
    if (aud.isTextual()) {
      return List.of(aud.textValue());
    }
    if (!aud.isArray()) {
      return null;
    }
    List<String> all = new ArrayList<>();
    for (JsonNode one : aud) {
      if (!one.isTextual()) {
        return null;
      }
      all.add(one.textValue());
    }
    return all;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean isTextIfPresent(JsonNode node) {
    return isAbsent(node) || node.isTextual();
  }

  private static boolean isScopeIfPresent(JsonNode node) {
    return isAbsent(node) || AnswerMembers.scopeText(node) != null;
  }

  private static boolean isTimeIfPresent(JsonNode node) {
    return node.isMissingNode() || NumericDate.floor(node).isPresent();
  }

  private static boolean isThumbprintIfPresent(JsonNode node) {
    return isAbsent(node) || thumbprint(node) != null;
  }

  private static @Nullable String thumbprint(JsonNode node) {
    return node.isTextual()
        ? Fingerprint.parseThumbprint(node.textValue()).map(Fingerprint::toString).orElse(null)
        : null;
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
