package dev.rescind.introspector.http;

import dev.rescind.introspector.decide.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts introspections: {@code requests = active + inactive + undecided + refused}. */
public final class IntrospectionMetrics {
  private static final String NAME = "rescind.introspections";

  private final MeterRegistry registry;
  private final Counter active;
  private final Counter stale;
  private final Map<Verdict.Cause, Counter> inactive = new EnumMap<>(Verdict.Cause.class);

  public IntrospectionMetrics(MeterRegistry registry) {
    this.registry = registry;
    active = counter("active", "none");
    stale =
        Counter.builder("rescind.introspections.stale")
            .description("Answers of a stale node to callers who take them")
            .register(registry);
    for (Verdict.Cause cause : Verdict.Cause.values()) {
      inactive.put(cause, counter("inactive", cause.name().toLowerCase(Locale.ROOT)));
    }
    undecidedCounter("state");
    undecidedCounter("credential");
  }

  void answered(Verdict answered) {
    if (answered instanceof Verdict.Stale) {
      stale.increment();
    }
    Verdict verdict = answered.found();
    if (verdict instanceof Verdict.Active) {
      active.increment();
    } else if (verdict instanceof Verdict.Inactive no) {
      inactive(no.cause()).increment();
    } else {
      undecided("credential");
    }
  }

  /**
   * @param cause one of a few words: {@code state}, {@code credential}, {@code refused}, {@code
   *     error}
   */
  void undecided(String cause) {
    undecidedCounter(cause).increment();
  }

  void refused(int status) {
    counter("refused", Integer.toString(status)).increment();
  }

  private Counter inactive(Verdict.Cause cause) {
    Counter counter = inactive.get(cause);
    return counter == null ? counter("inactive", "unknown") : counter;
  }

  private Counter undecidedCounter(String cause) {
    return counter("undecided", cause);
  }

  private Counter counter(String outcome, String cause) {
    return Counter.builder(NAME)
        .description("Introspection requests by what they came to")
        .tag("outcome", outcome)
        .tag("cause", cause)
        .register(registry);
  }
}
