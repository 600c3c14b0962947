package dev.rescind.system.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a history, as the client saw it.
 *
 * <p>All moments are nanoseconds of one monotonic clock: that of {@link System#nanoTime} in the one
 * JVM that generates the load ({@code CLOCK_MONOTONIC}, which no change of the wall clock moves),
 * or a model's. An operation is invoked before its first byte is sent and completed after the last
 * byte of its answer is read, or when it is given up.
 */
public sealed interface Operation {

  /** What became of an operation. */
  enum Outcome {
    /** Answered as asked. */
    OK,
    /** Answered that it was not done, and certain to have no effect: any 4xx; a 503 of a read. */
    REFUSED,
    /**
     * It may have been done or not, and if it was, at any time since it was invoked: a time-out, a
     * lost connection, any 5xx of something that is to change an answer.
     */
    UNKNOWN
  }

  /**
   * Who asked whom, when, and what became of it.
   *
   * @param id unique in the history
   * @param process the client's thread, which has one operation under way at a time
   * @param node that was asked
   */
  record Call(long id, int process, String node, long invoked, long completed, Outcome outcome) {
    public Call {
      if (completed < invoked) {
        throw new IllegalArgumentException("operation " + id + " completed before it was invoked");
      }
    }
  }

  Call call();

  /**
   * A credential came to be: it was registered, or a JWT was signed. From its completion on, if
   * {@link Outcome#OK}, the credential is good.
   *
   * @param credential a short name, by which introspections mean it
   * @param places every target that reaches the credential, as texts of the history's own (such as
   *     {@code "subject https://as.example alice"}): a revocation covers it if it names one of
   *     these
   * @param iat in seconds since the epoch, or null: then any cutoff covers it
   * @param ends when it may come to its own end at the earliest, on the monotonic clock, or null
   */
  record Known(
      Call call, String credential, List<String> places, @Nullable Long iat, @Nullable Long ends)
      implements Operation {
    public Known {
      places = List.copyOf(places);
    }
  }

  /**
   * A revocation.
   *
   * @param revocation a short name of the client's own, by which a lift means it
   * @param places what it names, as {@link Known#places} has it: more than one where a {@code kid}
   *     means several keys
   * @param cutoff in seconds since the epoch; {@link Long#MAX_VALUE} is always; null where it is
   *     not known, because no answer came: then it may cover anything and need not
   * @param ends when a suspension names its own end, that on the monotonic clock, or null
   * @param position that the answer carried, or null
   */
  record Revoke(
      Call call,
      String revocation,
      List<String> places,
      @Nullable Long cutoff,
      @Nullable Long ends,
      @Nullable Long position)
      implements Operation {
    public Revoke {
      places = List.copyOf(places);
    }
  }

  /** The end of one revocation. */
  record Lift(Call call, String revocation, @Nullable Long position) implements Operation {}

  /**
   * An introspection.
   *
   * @param active what was answered; null unless the outcome is {@link Outcome#OK}
   * @param atLeast the position that was sent, or null
   * @param position that the answer carried, or null
   */
  record Introspect(
      Call call,
      String credential,
      @Nullable Boolean active,
      @Nullable Long atLeast,
      @Nullable Long position)
      implements Operation {
    public Introspect {
      if ((active != null) != (call.outcome() == Outcome.OK)) {
        throw new IllegalArgumentException(
            "operation " + call.id() + ": active belongs to ok, and to nothing else");
      }
    }
  }
}
