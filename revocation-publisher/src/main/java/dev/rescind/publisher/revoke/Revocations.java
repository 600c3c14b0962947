package dev.rescind.publisher.revoke;

import dev.rescind.credential.Fingerprint;
import dev.rescind.log.LogRecord;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Appends revocations and lifts, and answers once the log has them. What it says of the past it
 * says after reading the log up to a barrier of its own, so that it holds for every publisher.
 */
public final class Revocations {

  /**
   * Something to be revoked, by whom, and how.
   *
   * @param expires see {@link Revocation#expires}
   */
  public record Order(
      Target target,
      RevocationRequest request,
      @Nullable Instant expires,
      String actor,
      @Nullable Repeatable repeatable) {}

  /**
   * What makes a request repeatable.
   *
   * @param key the {@code Idempotency-Key}
   * @param body a digest of the request's content
   */
  public record Repeatable(String key, Fingerprint body) {}

  /** What became of an order. */
  public sealed interface Outcome {
    /** Appended and acknowledged, now or, if {@code replayed}, by an earlier request. */
    record Done(RevocationRegister.Entry entry, boolean replayed, long appendedAtNanos)
        implements Outcome {}

    /** The same key came before with another body. */
    record Conflict() implements Outcome {}
  }

  private static final Duration READ_BACK = Duration.ofSeconds(2);

  private final RevocationRegister register;
  private final LogWriter log;
  private final LogFeed feed;
  private final Supplier<Future<Long>> barrier;
  private final InstantSource clock;
  private final InTurn<UUID> underWay = new InTurn<>();

  /**
   * @param barrier writes a barrier and gives its position
   */
  public Revocations(
      RevocationRegister register,
      LogWriter log,
      LogFeed feed,
      Supplier<Future<Long>> barrier,
      InstantSource clock) {
    this.register = register;
    this.log = log;
    this.feed = feed;
    this.barrier = barrier;
    this.clock = clock;
  }

  /** Revokes; fails when the log does not acknowledge. */
  public Future<Outcome> revoke(Order order, boolean confirm) {
    Repeatable repeatable = order.repeatable();
    if (repeatable == null) {
      return append(UUID.randomUUID(), order, confirm);
    }
    UUID id = idOf(order.actor(), repeatable.key());
    return underWay.run(
        id,
        () ->
            upToDate()
                .compose(
                    done ->
                        register
                            .find(id)
                            .map(entry -> Future.succeededFuture(replay(entry, repeatable)))
                            .orElseGet(
                                () ->
                                    // Lifted for good, and what was lifted is forgotten by now.
                                    register.lift(id).isPresent()
                                        ? Future.succeededFuture(new Outcome.Conflict())
                                        : append(id, order, confirm)
                                            .map(outcome -> first(outcome, id, repeatable)))));
  }

  /** Revokes under an id that was given out before; what is there under it is not revoked again. */
  public Future<Outcome> revokeAs(UUID id, Order order, boolean confirm) {
    return underWay.run(
        id,
        () ->
            upToDate()
                .compose(
                    done -> {
                      Optional<RevocationRegister.Entry> entry = register.find(id);
                      if (entry.isPresent()) {
                        return Future.succeededFuture(done(entry.get()));
                      }
                      return register.lift(id).isPresent()
                          ? Future.succeededFuture(new Outcome.Conflict())
                          : append(id, order, confirm);
                    }));
  }

  private static Outcome done(RevocationRegister.Entry entry) {
    return new Outcome.Done(
        new RevocationRegister.Entry(entry.revocation(), entry.position(), null),
        true,
        System.nanoTime());
  }

  /** What an earlier request with that key came to, if there was one. */
  public Future<Optional<Outcome>> earlier(String actor, Repeatable repeatable) {
    UUID id = idOf(actor, repeatable.key());
    return upToDate().map(done -> register.find(id).map(entry -> replay(entry, repeatable)));
  }

  /** Another publisher may have taken the same key at the same moment: the first fact counts. */
  private Outcome first(Outcome outcome, UUID id, Repeatable repeatable) {
    long position = ((Outcome.Done) outcome).entry().position();
    return register
        .find(id)
        .filter(entry -> entry.position() < position)
        .map(entry -> replay(entry, repeatable))
        .orElse(outcome);
  }

  private static Outcome replay(RevocationRegister.Entry entry, Repeatable repeatable) {
    return repeatable.body().equals(entry.revocation().circumstances().request())
        ? done(entry)
        : new Outcome.Conflict();
  }

  private Future<Outcome> append(UUID id, Order order, boolean confirm) {
    Revocation revocation =
        new Revocation(
            id,
            order.target(),
            order.request().cutoff(),
            toMillis(order.request().until()),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            toMillis(order.expires()),
            new Revocation.Circumstances(
                order.actor(),
                order.request().reason(),
                order.repeatable() == null ? null : order.repeatable().body(),
                confirm));
    return log.append(new LogRecord.Revoked(revocation))
        .compose(
            position -> {
              long appendedAt = System.nanoTime();
              Outcome done =
                  new Outcome.Done(
                      new RevocationRegister.Entry(revocation, position, null), false, appendedAt);
              return readUpTo(position).map(done).otherwise(done);
            });
  }

  private static @Nullable Instant toMillis(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Finds a revocation as of now, whichever publisher took it. */
  public Future<Optional<RevocationRegister.Entry>> find(UUID id) {
    Optional<RevocationRegister.Entry> here = register.find(id);
    return here.isPresent()
        ? Future.succeededFuture(here)
        : upToDate().map(done -> register.find(id));
  }

  /** Lists as of now, whichever publisher took them. */
  public Future<RevocationRegister.Page> list(
      Predicate<Revocation> filter, long before, int limit) {
    return upToDate().map(done -> register.list(filter, before, limit));
  }

  /** Ends one revocation; empty where there is none of that id. Ending it again changes nothing. */
  public Future<Optional<RevocationRegister.Lifted>> lift(UUID id, String actor) {
    return upToDate()
        .compose(
            done -> {
              Optional<RevocationRegister.Entry> entry = register.find(id);
              if (entry.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
              }
              if (entry.get().lifted() != null) {
                return Future.succeededFuture(Optional.of(entry.get().lifted()));
              }
              Lift lift = new Lift(id, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor);
              return log.append(new LogRecord.Lifted(lift))
                  .compose(
                      position -> {
                        var lifted = Optional.of(new RevocationRegister.Lifted(lift, position));
                        return readUpTo(position).map(lifted).otherwise(lifted);
                      });
            });
  }

  /** Completes when everything is read that was acknowledged before this call. */
  private Future<Void> upToDate() {
    return barrier
        .get()
        .compose(
            position ->
                position < 0
                    ? Future.failedFuture("the log is behind with this publisher's barriers")
                    : readUpTo(position));
  }

  private Future<Void> readUpTo(long position) {
    return feed.await(position, READ_BACK);
  }

  /** The id of a repeatable request's fact: the log itself is the memory of it. */
  public static UUID idOf(String actor, String key) {
    ByteBuffer digest =
        ByteBuffer.wrap(Fingerprint.of("idempotency-key\0" + actor + "\0" + key).toBytes());
    return new UUID(digest.getLong(), digest.getLong());
  }
}
