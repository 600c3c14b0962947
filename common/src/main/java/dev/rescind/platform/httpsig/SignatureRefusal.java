package dev.rescind.platform.httpsig;

/** Why a request's signature does not count. */
public enum SignatureRefusal {
  MALFORMED("Signature-Input, Signature or Content-Digest is broken, or is beyond the bounds"),
  MISSING_PARAMETER("the signature must have created, keyid and nonce, each of its type"),
  UNCOVERED(
      "the signature must cover @method, and @target-uri or both @authority and @path, and @query"
          + " where there is a query"),
  UNCOVERED_BODY("the signature must cover content-digest where there is a body"),
  ABSENT_COMPONENT("the signature covers what the request does not have, or what is not supported"),
  WINDOW("created is not within the window, or the signature has expired"),
  /** No such key, another algorithm than the key's, or not its signature: all look the same. */
  UNPROVEN("client authentication failed"),
  DIGEST("Content-Digest is not that of the body");

  private final String description;

  SignatureRefusal(String description) {
    this.description = description;
  }

  /** Shows nothing of what was sent. */
  public String description() {
    return description;
  }
}
