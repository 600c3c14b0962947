package dev.rescind.standalone.mint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rescind.credential.Base64Url;
import dev.rescind.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/** Signs whatever is asked: RFC 9068 access tokens by default, anything else for testing. */
public final class TokenMint {
  private static final int JTI_BYTES = 16;

  private final IssuerKeys keys;
  private final String iss;
  private final String audience;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param iss the issuer of tokens that name no other
   * @param audience the audience of tokens that name no other
   */
  public TokenMint(IssuerKeys keys, String iss, String audience, InstantSource clock) {
    this.keys = keys;
    this.iss = iss;
    this.audience = audience;
    this.clock = clock;
  }

  /**
   * One token, whatever the spec's count: {@code token}, and where it has them, {@code jti}, {@code
   * kid}, {@code exp}.
   */
  public ObjectNode mint(MintSpec spec) {
    Optional<IssuerKeys.Signer> signer = spec.alg().signer(keys);
    ObjectNode header = header(spec, signer);
    ObjectNode claims = claims(spec);
    String signingInput = encode(header) + "." + encode(claims);
    String signature = signer.map(key -> sign(spec.alg(), key, signingInput)).orElse("");
    ObjectNode minted = Json.object();
    minted.put("token", signingInput + "." + signature);
    copy(claims, "jti", minted);
    copy(header, "kid", minted);
    copy(claims, "exp", minted);
    return minted;
  }

  private static ObjectNode header(MintSpec spec, Optional<IssuerKeys.Signer> signer) {
    ObjectNode header = Json.object();
    header.put("alg", spec.alg().jwsName());
    header.put("typ", "at+jwt");
    if (!spec.noKid()) {
      spec.kid()
          .or(() -> signer.map(IssuerKeys.Signer::kid))
          .ifPresent(kid -> header.put("kid", kid));
    }
    override(header, spec.header());
    return header;
  }

  private ObjectNode claims(MintSpec spec) {
    long now = clock.instant().getEpochSecond();
    ObjectNode claims = Json.object();
    claims.put("iss", spec.iss().orElse(iss));
    claims.put("sub", spec.sub().orElse("alice"));
    claims.put("client_id", spec.clientId().orElse("demo-client"));
    claims.set("aud", spec.aud().orElseGet(() -> TextNode.valueOf(audience)));
    spec.scope().ifPresent(scope -> claims.put("scope", scope));
    claims.put("iat", now);
    claims.put("exp", now + spec.ttl());
    claims.put("jti", jti());
    spec.sid().ifPresent(sid -> claims.put("sid", sid));
    spec.grantId().ifPresent(grantId -> claims.put("grant_id", grantId));
    override(claims, spec.claim());
    return claims;
  }

  private String jti() {
    byte[] bytes = new byte[JTI_BYTES];
    random.nextBytes(bytes);
    return Base64Url.encode(bytes);
  }

  private static void override(ObjectNode object, ObjectNode overrides) {
    overrides
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                object.remove(member.getKey());
              } else {
                object.set(member.getKey(), member.getValue());
              }
            });
  }

  private static void copy(ObjectNode from, String name, ObjectNode to) {
    JsonNode value = from.get(name);
    if (value != null) {
      to.set(name, value);
    }
  }

  private static String encode(ObjectNode object) {
    return Base64Url.encode(Json.write(object).getBytes(StandardCharsets.UTF_8));
  }

  private static String sign(SigningAlgorithm alg, IssuerKeys.Signer signer, String signingInput) {
    try {
      return Base64Url.encode(alg.sign(signer, signingInput.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with " + alg.jwsName(), e);
    }
  }
}
