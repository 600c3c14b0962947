package dev.rescind.platform.jose;

import dev.rescind.credential.Credential;

/** What verifying a JWT came to. */
public sealed interface JwtVerdict {

  /** Its issuer signed it, and it is within its times. */
  record Verified(Credential credential) implements JwtVerdict {}

  /** It is no good, and stays so. */
  record Invalid(Refusal cause) implements JwtVerdict {}

  /** Its issuer's keys cannot be had, or are too old to be trusted. */
  record Undecided(String cause) implements JwtVerdict {}

  /** Its issuer is not configured, or it names none. */
  record Foreign() implements JwtVerdict {}
}
