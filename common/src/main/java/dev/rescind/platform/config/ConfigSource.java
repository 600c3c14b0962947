package dev.rescind.platform.config;

import dev.rescind.credential.Fingerprint;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The configuration that a service starts with, and where it can be had from again. */
public final class ConfigSource {
  private final Path file;
  private final Map<String, String> environment;
  private final ServiceKind kind;
  private final ServiceConfig config;
  private volatile Map<Path, Optional<Fingerprint>> read;

  private ConfigSource(Path file, Map<String, String> environment, ServiceKind kind)
      throws ConfigException {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.kind = kind;
    FilesRead reading = new FilesRead();
    config = ConfigLoader.load(file, environment, kind, reading);
    read = reading.digests();
  }

  /**
   * Loads a configuration, as {@link ConfigLoader#load}.
   *
   * @throws ConfigException with every problem
   */
  public static ConfigSource load(Path file, Map<String, String> environment, ServiceKind kind)
      throws ConfigException {
    return new ConfigSource(file, environment, kind);
  }

  /** What was loaded first. */
  public ServiceConfig config() {
    return config;
  }

  /**
   * Loads the configuration again.
   *
   * @throws ConfigException with every problem
   */
  public ServiceConfig again() throws ConfigException {
    FilesRead reading = new FilesRead();
    try {
      return ConfigLoader.load(file, environment, kind, reading);
    } finally {
      read = reading.digests();
    }
  }

  /** Digests of all files that were read last, as they were then. */
  public Map<Path, Optional<Fingerprint>> read() {
    return read;
  }

  /** Digests of the same files, as they are now. */
  public Map<Path, Optional<Fingerprint>> present() {
    return digests(read.keySet());
  }

  /** Digests of files as they are now; empty for what cannot be read. */
  public static Map<Path, Optional<Fingerprint>> digests(Iterable<Path> files) {
    Map<Path, Optional<Fingerprint>> digests = new HashMap<>();
    files.forEach(one -> digests.put(one, FilesRead.digest(one)));
    return digests;
  }
}
