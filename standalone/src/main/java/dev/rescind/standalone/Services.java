package dev.rescind.standalone;

import dev.rescind.introspector.Introspector;
import dev.rescind.platform.config.ConfigException;
import dev.rescind.platform.config.ConfigLoader;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.service.Service;
import dev.rescind.publisher.Publisher;
import java.nio.file.Path;
import java.util.Map;

/** The two services, from their configuration files alone: no variable overrides them. */
final class Services {
  private static final int HTTP_PORT = Ports.DEFAULT_BASE;
  private static final int MANAGEMENT_PORT = HTTP_PORT + 1_000;

  private Services() {}

  static Service introspector(Path config) throws Exception {
    return Introspector.start(load(config));
  }

  static Service publisher(Path config) throws Exception {
    return Publisher.start(load(config));
  }

  /** The demo's files give every port. */
  static ServiceConfig load(Path config) throws ConfigException {
    return ConfigLoader.load(config, Map.of(), HTTP_PORT, MANAGEMENT_PORT);
  }
}
