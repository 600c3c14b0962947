package dev.rescind.platform.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.platform.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a JOSE header (RFC 7515 section 4). Key material or references in it ({@code
 * jwk}, {@code jku}, {@code x5c}, {@code x5u}) are not looked at.
 *
 * @param extended whether it asks for processing that is not offered
 */
record JwtHeader(String alg, @Nullable String kid, @Nullable String typ, boolean extended) {

  /** Empty where it is no header: not an object, or a member of the wrong kind. */
  static Optional<JwtHeader> parse(byte[] json) {
    return Json.parseObject(json).flatMap(JwtHeader::of);
  }

  private static Optional<JwtHeader> of(ObjectNode header) {
    if (!header.path("alg").isTextual()
        || !isTextIfPresent(header.path("kid"))
        || !isTextIfPresent(header.path("typ"))) {
      return Optional.empty();
    }
    return Optional.of(
        new JwtHeader(
            header.path("alg").textValue(),
            header.path("kid").textValue(),
            header.path("typ").textValue(),
            header.has("crit") || header.has("b64") || header.has("zip")));
  }

  private static boolean isTextIfPresent(JsonNode node) {
    return node.isMissingNode() || node.isTextual();
  }
}
