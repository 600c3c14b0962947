package dev.rescind.standalone.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to a service.
 *
 * @param timeout for the whole of it
 */
record Request(
    String method, URI url, Map<String, String> headers, @Nullable String body, Duration timeout) {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  Request {
    headers = Map.copyOf(headers);
  }

  static Request get(URI url) {
    return new Request("GET", url, Map.of(), null, TIMEOUT);
  }

  static Request delete(URI url) {
    return new Request("DELETE", url, Map.of(), null, TIMEOUT);
  }

  static Request post(URI url, String mediaType, String body) {
    return new Request("POST", url, Map.of("Content-Type", mediaType), body, TIMEOUT);
  }

  /** The same with a header, where there is a value for it. */
  Request with(String header, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Request(method, url, more, body, timeout);
  }

  /** The same with more time. */
  Request plus(Duration time) {
    return new Request(method, url, headers, body, timeout.plus(time));
  }

  /** Headers and body can hold secrets. */
  @Override
  public String toString() {
    return method + " " + url;
  }
}
