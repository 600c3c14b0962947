package dev.rescind.platform.service;

import dev.rescind.platform.checkpoint.CheckpointFile;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.kafka.Topics;
import dev.rescind.replica.Replica;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node begins to read the log: after its checkpoint, if that is whole and of this log, or
 * at the beginning. The file is read while Kafka and the grid are waited for.
 */
final class StartingPoint {
  private static final Logger LOG = LoggerFactory.getLogger(StartingPoint.class);

  private final ServiceConfig config;
  private final Optional<CompletableFuture<CheckpointFile.Found>> reading;

  private StartingPoint(
      ServiceConfig config, Optional<CompletableFuture<CheckpointFile.Found>> reading) {
    this.config = config;
    this.reading = reading;
  }

  /** Begins to look for it. A publisher needs to have read every fact, and so has no checkpoint. */
  static StartingPoint lookFor(ServiceConfig config, boolean introspects) {
    int maxFacts = config.index().maxFacts();
    return new StartingPoint(
        config,
        file(config, introspects)
            .map(
                file ->
                    CompletableFuture.supplyAsync(
                        () -> file.read(maxFacts),
                        task -> new Thread(task, "rescind-checkpoint-read").start())));
  }

  static Optional<CheckpointFile> file(ServiceConfig config, boolean introspects) {
    return introspects
        ? config
            .index()
            .checkpointFile()
            .map(path -> new CheckpointFile(path, config.logKeys().toMacKeys()))
        : Optional.empty();
  }

  /** What to begin with on these topics. */
  Replica.Start of(Topics.Ids topics) {
    if (reading.isEmpty()) {
      return beginning();
    }
    CheckpointFile.Found found = reading.get().join();
    String doubt = doubt(found, topics);
    if (doubt == null && found instanceof CheckpointFile.Found.Whole whole) {
      LOG.info(
          "Starting from the checkpoint: {} entries, up to position {}",
          whole.start().index().size(),
          whole.start().position());
      return whole.start();
    }
    LOG.info("Starting from the log's beginning, not from the checkpoint: {}", doubt);
    return beginning();
  }

  /** Why what was found is not to be started from; null where it is. */
  private @Nullable String doubt(CheckpointFile.Found found, Topics.Ids topics) {
    if (found instanceof CheckpointFile.Found.None none) {
      return none.cause();
    }
    CheckpointFile.Found.Whole whole = (CheckpointFile.Found.Whole) found;
    if (!whole.topic().equals(topics.revocations())) {
      return "it is of another topic than " + Topics.REVOCATIONS + " now is";
    }
    try {
      Topics.Range range = Topics.range(config.kafka());
      long next = whole.start().position() + 1;
      return next < range.start() || next > range.end()
          ? "the log does not reach from before its position to after it"
          : null;
    } catch (Topics.UnreachableException e) {
      return "Kafka did not say from where to where the log reaches";
    }
  }

  private Replica.Start beginning() {
    return Replica.Start.empty(config.index().maxFacts());
  }
}
