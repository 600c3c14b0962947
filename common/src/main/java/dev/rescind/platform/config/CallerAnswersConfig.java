package dev.rescind.platform.config;

import dev.rescind.platform.identity.AnswerPolicy;
import dev.rescind.platform.sign.AnswerEncryption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's answers are like.
 *
 * @param claims the only members that are told; absent: all
 * @param scopes the only ones that are told; absent: all
 * @param subjectType public, or pairwise: another {@code sub} than others are told
 * @param sectorIdentifier callers with the same one are told the same {@code sub}; absent: the
 *     caller's client_id
 * @param introspectionSignedResponseAlg as RFC 9701 section 6 names it, and the others
 * @param jwks the caller's public keys for encryption: a JWK Set or one JWK
 */
public record CallerAnswersConfig(
    @Nullable List<String> claims,
    @Nullable List<String> scopes,
    @Default("public") String subjectType,
    @Nullable String sectorIdentifier,
    @Nullable String introspectionSignedResponseAlg,
    @Nullable String introspectionEncryptedResponseAlg,
    @Nullable String introspectionEncryptedResponseEnc,
    @Nullable String jwks) {
  /** RFC 9701 section 6. */
  private static final String STANDARD_ENC = "A128CBC-HS256";

  private static final String PUBLIC = "public";
  private static final String PAIRWISE = "pairwise";

  public CallerAnswersConfig {
    Check check =
        new Check()
            .that(
                subjectType.equals(PUBLIC) || subjectType.equals(PAIRWISE),
                "subject_type",
                "must be public or pairwise")
            .that(
                sectorIdentifier == null || subjectType.equals(PAIRWISE),
                "sector_identifier",
                "is for subject_type pairwise")
            .that(
                sectorIdentifier == null || sectorIdentifier.length() <= 255,
                "sector_identifier",
                "must have at most 255 characters");
    checkEncryption(
        check, introspectionEncryptedResponseAlg, introspectionEncryptedResponseEnc, jwks);
    check.done();
    claims = claims == null ? null : List.copyOf(claims);
    scopes = scopes == null ? null : List.copyOf(scopes);
  }

  private static void checkEncryption(
      Check check, @Nullable String alg, @Nullable String enc, @Nullable String jwks) {
    boolean isAlg = alg == null || AnswerEncryption.ALGS.contains(alg);
    boolean isEnc = enc == null || AnswerEncryption.ENCS.contains(enc);
    boolean isPublic = jwks == null || !AnswerEncryption.holdsPrivate(jwks);
    check
        .that(
            isAlg,
            "introspection_encrypted_response_alg",
            "must be one of " + String.join(", ", AnswerEncryption.ALGS))
        .that(
            isEnc,
            "introspection_encrypted_response_enc",
            "must be one of " + String.join(", ", AnswerEncryption.ENCS))
        .that(
            enc == null || alg != null,
            "introspection_encrypted_response_enc",
            "needs introspection_encrypted_response_alg")
        .that(
            alg == null || jwks != null,
            "jwks",
            "must be given with introspection_encrypted_response_alg")
        .that(jwks == null || alg != null, "jwks", "needs introspection_encrypted_response_alg")
        .that(isPublic, "jwks", "must not hold a private key");
    if (alg != null && jwks != null && isAlg && isEnc && isPublic) {
      check.that(
          encryption(alg, enc, jwks) != null,
          "jwks",
          "must be a JWK Set or a JWK with a public key for introspection_encrypted_response_alg:"
              + " RSA of 2048 to 4096 bits, or P-256, P-384, P-521");
    }
  }

  private static @Nullable AnswerEncryption encryption(
      @Nullable String alg, @Nullable String enc, @Nullable String jwks) {
    return alg == null || jwks == null
        ? null
        : AnswerEncryption.read(jwks, alg, enc == null ? STANDARD_ENC : enc).orElse(null);
  }

  boolean isPairwise() {
    return subjectType.equals(PAIRWISE);
  }

  AnswerPolicy toPolicy(String clientId) {
    return new AnswerPolicy(
        claims == null ? null : Set.copyOf(claims),
        scopes == null ? null : Set.copyOf(scopes),
        isPairwise() ? (sectorIdentifier == null ? clientId : sectorIdentifier) : null,
        introspectionSignedResponseAlg,
        encryption(introspectionEncryptedResponseAlg, introspectionEncryptedResponseEnc, jwks));
  }
}
