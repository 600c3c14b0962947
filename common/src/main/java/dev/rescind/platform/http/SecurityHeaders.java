package dev.rescind.platform.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * What every answer says to browsers, of which none should ever show it: nothing of it is kept, it
 * is what its {@code Content-Type} says, it loads nothing and is framed by nobody, and its URL is
 * told to nobody. Who answers otherwise sets these anew.
 */
final class SecurityHeaders {
  private static final CharSequence[] ALWAYS = {
    HttpHeaders.createOptimized("Cache-Control"),
    HttpHeaders.createOptimized("no-store"),
    HttpHeaders.createOptimized("X-Content-Type-Options"),
    HttpHeaders.createOptimized("nosniff"),
    HttpHeaders.createOptimized("Content-Security-Policy"),
    HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'"),
    HttpHeaders.createOptimized("Referrer-Policy"),
    HttpHeaders.createOptimized("no-referrer")
  };

  /** RFC 6797 section 7.2: over TLS alone. */
  private static final CharSequence HSTS = HttpHeaders.createOptimized("Strict-Transport-Security");

  private static final CharSequence ONE_YEAR = HttpHeaders.createOptimized("max-age=31536000");

  private final boolean tls;

  SecurityHeaders(boolean tls) {
    this.tls = tls;
  }

  /** Adds them to an answer that has none yet. */
  void addTo(HttpServerResponse response) {
    MultiMap headers = response.headers();
    for (int i = 0; i < ALWAYS.length; i += 2) {
      headers.add(ALWAYS[i], ALWAYS[i + 1]);
    }
    if (tls) {
      headers.add(HSTS, ONE_YEAR);
    }
  }
}
