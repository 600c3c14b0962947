package dev.rescind.platform.identity;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's identifier and secret as a request carried them (RFC 6749 section 2.3.1), each in
 * every way that they can be meant.
 *
 * @param readings one, or two where the Basic credentials can be read raw and form-encoded
 */
public record ClientCredentials(List<Reading> readings) {
  private static final int MAX_HEADER = 4 * 1024;

  /** One way to read what was sent. */
  public record Reading(String clientId, String secret) {
    @Override
    public String toString() {
      return "Reading[" + clientId + "]";
    }
  }

  public ClientCredentials {
    readings = List.copyOf(readings);
  }

  /**
   * Reads credentials from the {@code Authorization} header, the form, or both where they are
   * equal; null where there are none, or none that can be read.
   *
   * @param authorization the header's value; null without one
   */
  public static @Nullable ClientCredentials parse(
      @Nullable String authorization, @Nullable String formId, @Nullable String formSecret) {
    if (authorization == null) {
      return formId == null || formSecret == null
          ? null
          : new ClientCredentials(List.of(new Reading(formId, formSecret)));
    }
    List<Reading> readings = new ArrayList<>(basic(authorization).stream().distinct().toList());
    readings.removeIf(
        reading ->
            (formId != null && !equal(formId, reading.clientId()))
                || (formSecret != null && !equal(formSecret, reading.secret())));
    return readings.isEmpty() ? null : new ClientCredentials(readings);
  }

  /** Whether an {@code Authorization} header is of the scheme {@code Basic} (RFC 7617). */
  static boolean isBasic(String authorization) {
    return authorization.regionMatches(true, 0, "Basic ", 0, 6);
  }

  private static List<Reading> basic(String authorization) {
    if (authorization.length() > MAX_HEADER || !isBasic(authorization)) {
      return List.of();
    }
    String pair;
    try {
      byte[] bytes = Base64.getDecoder().decode(authorization.substring(6).strip());
      pair = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return List.of();
    }
    int colon = pair.indexOf(':');
    if (colon < 1) {
      return List.of();
    }
    Reading raw = new Reading(pair.substring(0, colon), pair.substring(colon + 1));
    if (pair.indexOf('%') < 0 && pair.indexOf('+') < 0) {
      return List.of(raw);
    }
    try {
      return List.of(
          new Reading(
              URLDecoder.decode(raw.clientId(), StandardCharsets.UTF_8),
              URLDecoder.decode(raw.secret(), StandardCharsets.UTF_8)),
          raw);
    } catch (IllegalArgumentException e) {
      return List.of(raw);
    }
  }

  private static boolean equal(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
