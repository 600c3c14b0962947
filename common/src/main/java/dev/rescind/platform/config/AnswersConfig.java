package dev.rescind.platform.config;

import dev.rescind.credential.Base64Url;
import dev.rescind.platform.sign.SigningKey;
import dev.rescind.platform.sign.SigningKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How introspectors answer; the same on all of them.
 *
 * @param signingKeys without any, no answer is signed
 * @param pairwiseSecret from which the pairwise subjects of callers are made; base64url without
 *     padding
 * @param proofMaxAge how old a DPoP proof may be
 */
public record AnswersConfig(
    List<SigningKeyConfig> signingKeys,
    @Nullable Secret pairwiseSecret,
    @Default("1m") Duration proofMaxAge) {
  private static final int MIN_BYTES = 32;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  public AnswersConfig {
    Check check =
        new Check()
            .unique(
                "signing_keys",
                "kid",
                signingKeys.stream().map(SigningKeyConfig::toKey).map(SigningKey::kid).toList());
    if (pairwiseSecret != null) {
      Optional<byte[]> bytes = Base64Url.decode(pairwiseSecret.reveal());
      check.that(
          bytes.isPresent() && bytes.get().length >= MIN_BYTES && Secret.isVaried(bytes.get()),
          "pairwise_secret",
          "must be base64url without padding, of at least 32 bytes, not one byte over and over");
    }
    check
        .that(
            proofMaxAge.compareTo(SHORTEST) >= 0 && proofMaxAge.compareTo(LONGEST) <= 0,
            "proof_max_age",
            "must be 1s to 10m")
        .done();
    signingKeys = List.copyOf(signingKeys);
  }

  /** Checks that a caller can be answered as its own section says. */
  void check(Check check, CallerAnswersConfig caller, String path) {
    String alg = caller.introspectionSignedResponseAlg();
    check
        .that(
            !caller.isPairwise() || pairwiseSecret != null,
            path + "subject_type",
            "needs answers.pairwise_secret to be pairwise")
        .that(
            alg == null || toSigningKeys().algs().contains(alg),
            path + "introspection_signed_response_alg",
            "must be that of one of answers.signing_keys")
        .that(
            caller.introspectionEncryptedResponseAlg() == null || !signingKeys.isEmpty(),
            path + "introspection_encrypted_response_alg",
            "needs answers.signing_keys: what is encrypted is signed");
  }

  public SigningKeys toSigningKeys() {
    return new SigningKeys(signingKeys.stream().map(SigningKeyConfig::toKey).toList());
  }
}
