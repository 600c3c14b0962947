package dev.rescind.platform.config;

import dev.rescind.platform.http.HttpListener;
import dev.rescind.platform.http.TlsFiles;
import dev.rescind.platform.identity.ForwardedCertificates;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where requests are answered, and what those who send them may hold.
 *
 * @param host a name or address of this machine
 * @param port where none is given, the service's own default
 * @param maxConnections all at once
 * @param requestTimeout in which a request must be there whole
 * @param idleTimeout in which the next request must begin
 * @param tls absent: plain HTTP
 * @param behindTlsProxy whether all who call come through a proxy that ends TLS
 * @param certificateProxies addresses and networks of proxies that pass clients' certificates on
 */
public record HttpConfig(
    @Default("0.0.0.0") String host,
    @Nullable Integer port,
    @Default("4096") int maxConnections,
    @Default("10s") Duration requestTimeout,
    @Default("1m") Duration idleTimeout,
    @Nullable TlsConfig tls,
    @Default("false") boolean behindTlsProxy,
    List<String> certificateProxies) {
  /** One connection of so many may be one on which nobody was answered yet as a known caller. */
  private static final int STRANGERS = 8;

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);

  public HttpConfig {
    new Check()
        .host("host", host)
        .port("port", port)
        .that(
            maxConnections >= 64 && maxConnections <= 1_000_000,
            "max_connections",
            "must be 64 to 1,000,000")
        .that(isBounded(requestTimeout), "request_timeout", "must be 100ms to 1d")
        .that(isBounded(idleTimeout), "idle_timeout", "must be 100ms to 1d")
        .done();
    certificateProxies = List.copyOf(certificateProxies);
    Check proxies = new Check();
    for (int i = 0; i < certificateProxies.size(); i++) {
      try {
        new ForwardedCertificates(List.of(certificateProxies.get(i)));
      } catch (IllegalArgumentException e) {
        proxies.that(false, "certificate_proxies[" + i + "]", String.valueOf(e.getMessage()));
      }
    }
    proxies.done();
  }

  private static boolean isBounded(Duration timeout) {
    return timeout.compareTo(SHORTEST) >= 0 && timeout.compareTo(LONGEST) <= 0;
  }

  public int portOr(int standard) {
    return port == null ? standard : port;
  }

  HttpConfig withPort(int standard) {
    return new HttpConfig(
        host,
        portOr(standard),
        maxConnections,
        requestTimeout,
        idleTimeout,
        tls,
        behindTlsProxy,
        certificateProxies);
  }

  /** What the server proves itself with; null where it speaks plain HTTP. */
  public @Nullable TlsFiles tlsFiles() {
    return tls == null ? null : tls.toFiles();
  }

  public HttpListener.Limits limits() {
    return new HttpListener.Limits(
        maxConnections, maxConnections / STRANGERS, requestTimeout, idleTimeout);
  }
}
