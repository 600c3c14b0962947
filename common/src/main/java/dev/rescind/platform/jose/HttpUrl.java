package dev.rescind.platform.jose;

import java.net.URI;
import java.net.URISyntaxException;

/** Which URLs keys may come from. */
final class HttpUrl {
  static final String EXPECTED = "must be an https URL, or http on a loopback host";

  private HttpUrl() {}

  static boolean isAllowed(String text, boolean allowHttp) {
    try {
      URI uri = new URI(text);
      String host = uri.getHost();
      if (host == null || uri.getUserInfo() != null || uri.getFragment() != null) {
        return false;
      }
      return "https".equalsIgnoreCase(uri.getScheme())
          || ("http".equalsIgnoreCase(uri.getScheme()) && (allowHttp || isLoopback(host)));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
  }
}
