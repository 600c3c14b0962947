package dev.rescind.standalone;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Which parts have said that they are ready: 200 from their {@code /health/ready}. */
final class Readiness {
  private static final int TIMEOUT_MILLIS = 1_000;

  private final Set<String> all;
  private final Map<String, URI> waiting;

  /**
   * @param managementUrls by the parts' names
   */
  Readiness(Map<String, String> managementUrls) {
    this.all = Set.copyOf(managementUrls.keySet());
    this.waiting = new TreeMap<>();
    managementUrls.forEach((name, url) -> waiting.put(name, URI.create(url + "/health/ready")));
  }

  /** Whether the part is among those that were asked or will be. */
  boolean isAbout(String name) {
    return all.contains(name);
  }

  /** Asks those that were not ready yet, and tells of those that are now. */
  void ask(Consumer<String> ready) {
    waiting
        .entrySet()
        .removeIf(
            part -> {
              boolean is = isReady(part.getValue());
              if (is) {
                ready.accept(part.getKey());
              }
              return is;
            });
  }

  boolean isComplete() {
    return waiting.isEmpty();
  }

  /** The names of those that are not. */
  Set<String> missing() {
    return waiting.keySet();
  }

  private static boolean isReady(URI url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      boolean ready = connection.getResponseCode() == 200;
      connection.disconnect();
      return ready;
    } catch (IOException e) {
      return false;
    }
  }
}
