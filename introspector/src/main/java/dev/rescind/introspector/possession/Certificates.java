package dev.rescind.introspector.possession;

import dev.rescind.credential.Fingerprint;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's certificate as proxies hand it on: PEM (RFC 7468), or the field of RFC 9440. Of it the
 * thumbprint alone counts (RFC 8705 section 3.1), so its content is not read.
 */
final class Certificates {
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----\\s*");
  private static final Pattern FIELD = Pattern.compile(":([A-Za-z0-9+/=]+):");

  private Certificates() {}

  static Optional<Fingerprint> thumbprint(String text) {
    Matcher pem = PEM.matcher(text);
    Matcher field = FIELD.matcher(text);
    String base64 = pem.matches() ? pem.group(1) : field.matches() ? field.group(1) : null;
    if (base64 == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Fingerprint.of(Base64.getDecoder().decode(base64.replaceAll("\\s", ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
