package dev.rescind.platform.management;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a service is, for load balancers and people; holds no secret.
 *
 * @param ready whether it serves
 * @param state of the node
 * @param view how far it has read, and how sure that is; null before it began to
 * @param reasons why it does not serve; empty while it does
 * @param warnings what should be looked at, though it serves
 */
public record Health(
    boolean ready, String state, @Nullable View view, List<String> reasons, List<String> warnings) {

  /**
   * A node's view of the log.
   *
   * @param stalenessMillis the age of the last proof; null where there is none
   * @param boundMillis how old it may be
   * @param position up to which the log was applied, or -1
   */
  public record View(@Nullable Long stalenessMillis, long boundMillis, long position) {}

  /** The same, with further warnings. */
  public Health with(List<String> further) {
    return new Health(
        ready, state, view, reasons, Stream.concat(warnings.stream(), further.stream()).toList());
  }

  public Health {
    reasons = List.copyOf(reasons);
    warnings = List.copyOf(warnings);
  }
}
