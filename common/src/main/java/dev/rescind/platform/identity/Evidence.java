package dev.rescind.platform.identity;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request brings by which its caller may be known; nothing of it is proven. */
public interface Evidence {

  /** The one {@code Authorization} header, which is not there twice; null without one. */
  @Nullable String authorization();

  /** All values of a header, in the order in which they came. */
  List<String> headers(String name);

  /** A parameter of the form; null where there is none of that name, or no form. */
  @Nullable String parameter(String name);

  String method();

  /** Scheme, authority, path and query as the client sent them (RFC 9421 section 2.2.2). */
  String targetUri();

  /** The address at the other end of the connection, which may be a proxy's. */
  String remoteAddress();

  /** The chain that the other end of the connection proved, its own first; empty without TLS. */
  List<X509Certificate> certificates();

  /**
   * The whole body; bounded, and read only now where the endpoint lets nobody send who is not
   * known: a method asks for it last, on the request's context. Fails with what the endpoint then
   * answers, which the method passes on.
   */
  Future<Buffer> body();
}
