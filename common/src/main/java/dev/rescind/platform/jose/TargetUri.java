package dev.rescind.platform.jose;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URI of a protected resource without query and fragment, in the one spelling that RFC 3986
 * sections 6.2.2 and 6.2.3 give all equivalent ones.
 */
final class TargetUri {
  private static final int MAX_LENGTH = 8 * 1024;
  private static final Pattern AUTHORITY =
      Pattern.compile("([a-z0-9._~-]+|\\[[0-9a-f:.]+])(?::([0-9]{0,5}))?");

  private TargetUri() {}

  /** Empty where the text is no absolute http or https URI. */
  static Optional<String> normalized(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
    if (uri.getScheme() == null || uri.getRawAuthority() == null || !isAscii(text)) {
      return Optional.empty();
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    Matcher authority = AUTHORITY.matcher(uri.getRawAuthority().toLowerCase(Locale.ROOT));
    if (!(scheme.equals("http") || scheme.equals("https")) || !authority.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        scheme
            + "://"
            + authority.group(1)
            + port(authority.group(2), scheme.equals("http") ? "80" : "443")
            + withoutDots(decoded(uri.getRawPath())));
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static String port(@Nullable String given, String standard) {
    return given == null || given.isEmpty() || given.equals(standard) ? "" : ":" + given;
  }

  /** What need not be escaped is not, and what is has capitals. */
  private static String decoded(String path) {
    StringBuilder result = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') { // two hexadecimal digits follow, or the URI had not been one
        char escaped = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);
        result.append(
            isUnreserved(escaped)
                ? String.valueOf(escaped)
                : path.substring(i, i + 3).toUpperCase(Locale.ROOT));
        i += 2;
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  /** RFC 3986 section 5.2.4, of a path that is empty or begins with a slash. */
  private static String withoutDots(String path) {
    Deque<String> segments = new ArrayDeque<>();
    Iterator<String> all = Arrays.asList(path.split("/", -1)).iterator();
    all.next(); // what is before the first slash
    while (all.hasNext()) {
      String segment = all.next();
      boolean dots = segment.equals(".") || segment.equals("..");
      if (segment.equals("..")) {
        segments.pollLast();
      }
      if (!dots) {
        segments.addLast(segment);
      } else if (!all.hasNext()) {
        segments.addLast("");
      }
    }
    return "/" + String.join("/", segments);
  }
}
