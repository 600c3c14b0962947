package dev.rescind.platform.identity;

/** What came of a request's evidence of who calls. */
public sealed interface Authentication {

  /** The caller is who it says, and may what the identity says. */
  record Known(Identity identity) implements Authentication {}

  /**
   * The caller is not known, or has not proven it.
   *
   * @param status 401, or 400 for evidence that contradicts itself
   * @param error of RFC 6749 section 5.2 or RFC 6750 section 3.1
   * @param description shows nothing of what was sent
   * @param challenge what a 401 says in {@code WWW-Authenticate}; empty with a 400
   */
  record Refused(int status, String error, String description, String challenge)
      implements Authentication {

    /** RFC 6749 section 5.2: {@code invalid_client}. */
    public static Refused invalidClient(String challenge) {
      return new Refused(401, "invalid_client", "client authentication failed", challenge);
    }

    /** RFC 6749 section 5.2: {@code invalid_request}. */
    public static Refused invalidRequest(String description) {
      return new Refused(400, "invalid_request", description, "");
    }
  }

  /**
   * The caller, known or not, asks too much: 429.
   *
   * @param waitNanos until it may ask again
   */
  record TooMany(long waitNanos) implements Authentication {}

  /** Who calls cannot be told now: 503, a little later perhaps. */
  record Busy(String description) implements Authentication {}
}
