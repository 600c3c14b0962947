package dev.rescind.platform.config;

import dev.rescind.credential.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files that a configuration was read from, each with a digest of what was read. */
final class FilesRead {
  /** More of a file is not looked at: none that is larger can be read. */
  private static final int MAX_BYTES = YamlReader.MAX_BYTES + 1;

  private final Map<Path, Optional<Fingerprint>> digests = new LinkedHashMap<>();

  /** Adds a file that is about to be read. */
  void add(Path file) {
    digests.put(file, digest(file));
  }

  /** The files with digests; none of what cannot be read. */
  Map<Path, Optional<Fingerprint>> digests() {
    return Map.copyOf(digests);
  }

  /** What a file holds now; empty where it cannot be read. */
  static Optional<Fingerprint> digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(Fingerprint.of(in.readNBytes(MAX_BYTES)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
