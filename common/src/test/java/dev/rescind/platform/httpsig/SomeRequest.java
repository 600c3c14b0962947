package dev.rescind.platform.httpsig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request made up for a test; its headers can be added to. */
final class SomeRequest implements HttpMessage {
  private final String method;
  private final String targetUri;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();

  SomeRequest(String method, String targetUri) {
    this.method = method;
    this.targetUri = targetUri;
  }

  SomeRequest with(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), none -> new ArrayList<>()).add(value);
    return this;
  }

  SomeRequest without(String name) {
    headers.remove(name.toLowerCase(Locale.ROOT));
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String targetUri() {
    return targetUri;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }
}
