package dev.rescind.platform.http;

import dev.rescind.platform.identity.Evidence;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The evidence in an HTTP request. */
public final class RequestEvidence implements Evidence {
  private final HttpServerRequest request;
  private final @Nullable FormBody form;
  private final Supplier<Future<Buffer>> reader;
  private @Nullable Future<Buffer> body;

  private RequestEvidence(
      HttpServerRequest request, @Nullable FormBody form, Supplier<Future<Buffer>> reader) {
    this.request = request;
    this.form = form;
    this.reader = reader;
  }

  /** Of a request whose body was read, and is a form. */
  static RequestEvidence ofForm(HttpServerRequest request, FormBody form, Buffer body) {
    return new RequestEvidence(request, form, () -> Future.succeededFuture(body));
  }

  /**
   * Of a request that is paused, and whose body is read once it is asked for.
   *
   * @param reader of the body; asked once at most
   */
  public static RequestEvidence ofPaused(
      HttpServerRequest request, Supplier<Future<Buffer>> reader) {
    return new RequestEvidence(request, null, reader);
  }

  @Override
  public @Nullable String authorization() {
    return request.getHeader("Authorization");
  }

  @Override
  public List<String> headers(String name) {
    return request.headers().getAll(name);
  }

  @Override
  public @Nullable String parameter(String name) {
    return form == null ? null : form.get(name);
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String targetUri() {
    return String.valueOf(request.absoluteURI());
  }

  @Override
  public String remoteAddress() {
    return String.valueOf(request.remoteAddress().hostAddress());
  }

  @Override
  public List<X509Certificate> certificates() {
    return certificatesOf(request);
  }

  /** The chain that the client proved to have the key of; empty without one. */
  static List<X509Certificate> certificatesOf(HttpServerRequest request) {
    if (!request.isSSL()) {
      return List.of();
    }
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate one : request.connection().peerCertificates()) {
        if (one instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
      return chain;
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  /** The body; whoever asks again gets the same. */
  @Override
  public Future<Buffer> body() {
    Future<Buffer> read = body;
    if (read == null) {
      read = reader.get();
      body = read;
    }
    return read;
  }

  /** Throws away a body that nobody has asked for. */
  public void discardUnread() {
    if (body == null) {
      BoundedBody.discard(request);
    }
  }
}
