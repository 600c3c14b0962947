package dev.rescind.platform.identity;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evidence as a test gives it.
 *
 * @param all headers, one value each
 */
public record GivenEvidence(
    Map<String, String> all,
    Map<String, String> form,
    String method,
    String targetUri,
    List<X509Certificate> certificates,
    String remoteAddress,
    Buffer content)
    implements Evidence {

  public static GivenEvidence none() {
    return new GivenEvidence(
        Map.of(),
        Map.of(),
        "POST",
        "https://rescind.example/introspect",
        List.of(),
        "192.0.2.1",
        Buffer.buffer());
  }

  public GivenEvidence header(String name, String value) {
    return new GivenEvidence(
        with(all, name, value), form, method, targetUri, certificates, remoteAddress, content);
  }

  public GivenEvidence parameter(String name, String value) {
    return new GivenEvidence(
        all, with(form, name, value), method, targetUri, certificates, remoteAddress, content);
  }

  public GivenEvidence from(String address) {
    return new GivenEvidence(all, form, method, targetUri, certificates, address, content);
  }

  public GivenEvidence certificates(List<X509Certificate> chain) {
    return new GivenEvidence(all, form, method, targetUri, chain, remoteAddress, content);
  }

  public GivenEvidence body(Buffer other) {
    return new GivenEvidence(all, form, method, targetUri, certificates, remoteAddress, other);
  }

  private static Map<String, String> with(Map<String, String> before, String name, String value) {
    Map<String, String> after = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    after.putAll(before);
    after.put(name, value);
    return after;
  }

  @Override
  public @Nullable String authorization() {
    return all.get("Authorization");
  }

  @Override
  public List<String> headers(String name) {
    String value = all.get(name);
    return value == null ? List.of() : List.of(value);
  }

  @Override
  public @Nullable String parameter(String name) {
    return form.get(name);
  }

  @Override
  public Future<Buffer> body() {
    return Future.succeededFuture(content);
  }
}
