package dev.rescind.standalone;

import dev.rescind.introspector.Introspector;
import dev.rescind.platform.config.ConfigException;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.ServiceKind;
import dev.rescind.platform.service.Service;
import dev.rescind.publisher.Publisher;
import java.nio.file.Path;
import java.util.Map;

/** The two services, from their configuration files alone: no variable overrides them. */
final class Services {
  private Services() {}

  static Service introspector(Path config) throws Exception {
    return Introspector.start(load(config, ServiceKind.INTROSPECTOR));
  }

  static Service publisher(Path config) throws Exception {
    return Publisher.start(load(config, ServiceKind.PUBLISHER));
  }

  static ConfigSource load(Path config, ServiceKind kind) throws ConfigException {
    return ConfigSource.load(config, Map.of(), kind);
  }
}
