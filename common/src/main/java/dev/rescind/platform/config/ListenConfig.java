package dev.rescind.platform.config;

import dev.rescind.platform.http.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host a name or address of this machine
 * @param port where none is given, the service's own default
 * @param tls absent: plain HTTP
 * @param behindTlsProxy whether all who call come through a proxy that ends TLS
 */
public record ListenConfig(
    @Default("0.0.0.0") String host,
    @Nullable Integer port,
    @Nullable TlsConfig tls,
    @Default("false") boolean behindTlsProxy) {

  public ListenConfig {
    new Check().host("host", host).port("port", port).done();
  }

  public int portOr(int standard) {
    return port == null ? standard : port;
  }

  ListenConfig withPort(int standard) {
    return new ListenConfig(host, portOr(standard), tls, behindTlsProxy);
  }

  /** What the server proves itself with; null where it speaks plain HTTP. */
  public @Nullable TlsFiles tlsFiles() {
    return tls == null ? null : tls.toFiles();
  }

  /** Whether it stands for all addresses of a machine, so that others cannot use it. */
  static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
  }
}
