package dev.rescind.platform.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host a name or address of this machine
 * @param port where none is given, the service's own default
 */
public record ListenConfig(@Default("0.0.0.0") String host, @Nullable Integer port) {
  public ListenConfig {
    new Check().host("host", host).port("port", port).done();
  }

  public int portOr(int standard) {
    return port == null ? standard : port;
  }

  /** Whether it stands for all addresses of a machine, so that others cannot use it. */
  static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
  }
}
