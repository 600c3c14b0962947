package dev.rescind.publisher.revoke;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Runs tasks with the same key one after the other, in the order in which they came. */
public final class InTurn<K> {
  private final Map<K, Future<?>> last = new ConcurrentHashMap<>();

  /** Runs a task once those before it with its key are over, however they went. */
  public <T> Future<T> run(K key, Supplier<Future<T>> task) {
    Promise<T> turn = Promise.promise();
    Future<?> before = last.put(key, turn.future());
    Future<Void> free =
        before == null
            ? Future.succeededFuture()
            : before.transform(over -> Future.succeededFuture());
    free.compose(none -> task.get())
        .onComplete(
            result -> {
              last.remove(key, turn.future());
              turn.handle(result);
            });
    return turn.future();
  }
}
