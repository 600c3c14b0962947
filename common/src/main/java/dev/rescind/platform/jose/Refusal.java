package dev.rescind.platform.jose;

/** Why a JWT is not valid; for logs and metrics, never for the caller. */
public enum Refusal {
  MALFORMED_HEADER,
  MALFORMED_CLAIMS,
  /** {@code crit}, {@code b64} or {@code zip}. */
  UNSUPPORTED_HEADER,
  ALGORITHM,
  TYPE,
  AUDIENCE,
  EXPIRED,
  NOT_YET_VALID,
  ISSUED_IN_FUTURE,
  LIFETIME,
  UNKNOWN_KEY,
  AMBIGUOUS_KEY,
  SIGNATURE
}
