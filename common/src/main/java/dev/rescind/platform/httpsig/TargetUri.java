package dev.rescind.platform.httpsig;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's target URI in its parts, as section 2.2 of RFC 9421 derives components from it.
 *
 * @param scheme in lower case
 * @param authority in lower case, without the scheme's own port
 * @param path as it was sent; {@code /} where it was empty
 * @param query as it was sent, without its question mark; null without one
 */
record TargetUri(
    String text, String scheme, String authority, String path, @Nullable String query) {
  private static final Pattern URI =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]{0,15})://([A-Za-z0-9._~!$&'()*+,;=:%\\[\\]-]{1,255})"
              + "((?:/[!-\"$->@-~]*)?)(?:\\?([!-\"$-~]*))?");

  /** Parses; empty where there is no authority, a fragment, or something that no URI has. */
  static Optional<TargetUri> parse(String text) {
    Matcher matcher = URI.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    String authority = matcher.group(2).toLowerCase(Locale.ROOT);
    String own = scheme.equals("https") ? ":443" : scheme.equals("http") ? ":80" : "";
    if (!own.isEmpty() && authority.endsWith(own)) {
      authority = authority.substring(0, authority.length() - own.length());
    }
    String path = matcher.group(3).isEmpty() ? "/" : matcher.group(3);
    return authority.isEmpty()
        ? Optional.empty()
        : Optional.of(new TargetUri(text, scheme, authority, path, matcher.group(4)));
  }

  /** Path and query as the request line has them (origin form). */
  String requestTarget() {
    return query == null ? path : path + "?" + query;
  }
}
