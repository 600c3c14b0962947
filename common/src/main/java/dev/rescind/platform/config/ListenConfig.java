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
    Require.that(!host.isEmpty(), "host", "must not be empty");
    if (port != null) {
      Require.port(port);
    }
  }

  public int portOr(int standard) {
    return port == null ? standard : port;
  }
}
