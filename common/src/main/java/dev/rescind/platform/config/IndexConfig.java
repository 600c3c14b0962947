package dev.rescind.platform.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The node's own index of facts.
 *
 * @param maxFacts that it takes, lifts among them; beyond it the node no longer answers
 * @param checkpoint the file from which an introspector starts, or null: from the log alone
 * @param checkpointInterval how often that file is written
 */
public record IndexConfig(
    @Default("20000000") int maxFacts,
    @Nullable String checkpoint,
    @Default("5m") Duration checkpointInterval) {
  private static final int MIN_FACTS = 1_000;
  private static final int MAX_FACTS = 999_999_999;
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  private static final Duration MAX_INTERVAL = Duration.ofDays(1);

  public IndexConfig {
    new Check()
        .that(
            maxFacts >= MIN_FACTS && maxFacts <= MAX_FACTS,
            "max_facts",
            "must be 1,000 to 999,999,999")
        .that(checkpoint == null || isPath(checkpoint), "checkpoint", "must be a path")
        .that(
            checkpointInterval.compareTo(MIN_INTERVAL) >= 0
                && checkpointInterval.compareTo(MAX_INTERVAL) <= 0,
            "checkpoint_interval",
            "must be 1s to 1d")
        .done();
  }

  private static boolean isPath(String text) {
    try {
      return Path.of(text).getFileName() != null;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  public Optional<Path> checkpointFile() {
    return Optional.ofNullable(checkpoint).map(Path::of);
  }
}
