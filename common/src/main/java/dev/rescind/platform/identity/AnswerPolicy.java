package dev.rescind.platform.identity;

import dev.rescind.platform.sign.AnswerEncryption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's answers are like, where they are not as everybody's.
 *
 * @param claims the only members that it is told, beside {@code active} and {@code cnf}; null: all
 * @param scopes the only ones that it is told; null: all
 * @param sector under whose name subjects are pairwise (OpenID Connect Core section 8); null: they
 *     are not
 * @param signedResponseAlg by which answers to it are signed; null: as to everybody
 * @param encryption of its signed answers; null: none
 */
public record AnswerPolicy(
    @Nullable Set<String> claims,
    @Nullable Set<String> scopes,
    @Nullable String sector,
    @Nullable String signedResponseAlg,
    @Nullable AnswerEncryption encryption) {
  public static final AnswerPolicy PLAIN = new AnswerPolicy(null, null, null, null, null);

  public AnswerPolicy {
    claims = claims == null ? null : Set.copyOf(claims);
    scopes = scopes == null ? null : Set.copyOf(scopes);
  }

  /** Whether active answers are told as they are. */
  public boolean isPlain() {
    return claims == null && scopes == null && sector == null;
  }
}
