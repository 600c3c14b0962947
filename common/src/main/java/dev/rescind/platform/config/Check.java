package dev.rescind.platform.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one section: all are made, and what fails names the key, relative to the section,
 * and the limit; never the value.
 */
final class Check {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");
  private static final int MAX_URL = 1_000;

  private final StringJoiner failures = new StringJoiner("\n");

  Check that(boolean condition, String key, String message) {
    if (!condition) {
      failures.add(key + " " + message);
    }
    return this;
  }

  /** A name that is not secret, and must be there. */
  @SuppressWarnings("ConstantValue") // the binder passes null for what is absent
  Check id(String key, String id) {
    return that(id != null, key, "must be given")
        .that(
            id == null || id.matches("[A-Za-z0-9._-]{1,64}"),
            key,
            "must have 1 to 64 of A-Z a-z 0-9 . _ -");
  }

  Check port(String key, @Nullable Integer port) {
    return that(port == null || (port >= 1 && port <= 65_535), key, "must be 1 to 65535");
  }

  Check host(String key, String host) {
    return that(
        !host.isEmpty() && host.length() <= 253 && host.chars().noneMatch(c -> c <= ' ' || c > '~'),
        key,
        "must be a host's name or address");
  }

  /** Each a {@code host:port}. */
  Check addresses(String key, List<String> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      var matcher = HOST_AND_PORT.matcher(addresses.get(i));
      boolean valid = matcher.matches();
      if (valid) {
        int port = Integer.parseInt(matcher.group(2));
        valid = port >= 1 && port <= 65_535;
      }
      that(valid, key + "[" + i + "]", "must be host:port, the port 1 to 65535");
    }
    return this;
  }

  /** An http or https URL that holds no password, query or fragment. */
  Check url(String key, @Nullable String url) {
    return that(
        url == null || (url.length() <= MAX_URL && isPlainUrl(url)),
        key,
        "must be an http or https URL without user, query and fragment, of at most 1,000"
            + " characters");
  }

  private static boolean isPlainUrl(String url) {
    try {
      URI uri = new URI(url);
      return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** No two of a list have the same name. */
  Check unique(String key, String member, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      that(
          seen.add(names.get(i)),
          key + "[" + i + "]." + member,
          "is that of " + key + "[" + names.indexOf(names.get(i)) + "] too");
    }
    return this;
  }

  /**
   * @throws IllegalArgumentException where a check failed; one line for each
   */
  void done() {
    if (failures.length() > 0) {
      throw new IllegalArgumentException(failures.toString());
    }
  }
}
