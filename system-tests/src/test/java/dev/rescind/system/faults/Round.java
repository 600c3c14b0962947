package dev.rescind.system.faults;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Faults that went on at the same time, and what was seen. Times in nanoseconds, of {@link
 * System#nanoTime} where they are moments.
 *
 * @param recovery from the last one's heal until every live node served and every publisher
 *     acknowledged; null where they did not
 * @param start of processes that were started anew, from the same moment; null where there are none
 * @param staleWithin by nodes that were cut off: how long after it the last question was asked that
 *     they answered
 * @param answers of introspectors, by what they were
 * @param notBroughtAbout faults that this machine did not let happen, and why
 * @param problems what must not be, beside what the history shows
 */
record Round(
    int number,
    List<Fault> faults,
    long began,
    long ended,
    @Nullable Long recovery,
    @Nullable Long start,
    Map<String, Long> staleWithin,
    Vitals.Counts answers,
    List<String> notBroughtAbout,
    List<String> problems) {

  String ids() {
    return String.join("+", faults.stream().map(Fault::id).toList());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(number).append(' ').append(faults);
    text.append(" recovery ").append(millis(recovery));
    if (start != null) {
      text.append(" start ").append(millis(start));
    }
    staleWithin.forEach(
        (node, nanos) ->
            text.append(' ').append(node).append(" stale within ").append(millis(nanos)));
    text.append(' ').append(answers);
    notBroughtAbout.forEach(one -> text.append(" NOT BROUGHT ABOUT ").append(one));
    problems.forEach(problem -> text.append(" PROBLEM ").append(problem));
    return text.toString();
  }

  static String millis(@Nullable Long nanos) {
    return nanos == null ? "never" : nanos / 1_000_000 + " ms";
  }
}
