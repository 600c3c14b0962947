package dev.rescind.publisher.apikey;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the keys that were replaced once their overlap is over. That they will is in the records of
 * their successors, so it outlives this process, and every publisher sees to it.
 */
public final class ReplacedKeys {
  private static final Logger LOG = LoggerFactory.getLogger(ReplacedKeys.class);
  private static final long EVERY_MILLIS = 1_000;
  private static final int MAX_AT_ONCE = 100;

  private final Vertx vertx;
  private final ApiKeys keys;
  private final BooleanSupplier current;
  private final Set<ApiKey> ended = ConcurrentHashMap.newKeySet();
  private long timer = -1;
  private volatile boolean underWay;

  /**
   * @param current whether this publisher has read the log up to about now
   */
  public ReplacedKeys(Vertx vertx, ApiKeys keys, BooleanSupplier current) {
    this.vertx = vertx;
    this.keys = keys;
    this.current = current;
  }

  public void start() {
    timer = vertx.setPeriodic(EVERY_MILLIS, tick -> end());
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  private void end() {
    if (underWay || !current.getAsBoolean()) {
      return;
    }
    List<Future<?>> ending = new ArrayList<>();
    for (ApiKey key : keys.register().due(keys.now().getEpochSecond())) {
      if (ending.size() < MAX_AT_ONCE && !ended.contains(key)) {
        keys.register()
            .replacement(key)
            .ifPresent(
                replacement ->
                    ending.add(
                        keys.endReplaced(key, replacement)
                            .onSuccess(position -> ended.add(key))
                            .onFailure(
                                error ->
                                    LOG.warn(
                                        "A replaced API key is not ended yet: {}",
                                        error.getMessage()))));
      }
    }
    if (!ending.isEmpty()) {
      underWay = true;
      Future.join(ending).onComplete(done -> underWay = false);
    }
  }
}
