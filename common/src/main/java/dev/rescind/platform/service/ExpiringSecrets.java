package dev.rescind.platform.service;

import dev.rescind.platform.config.IdentityConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callers' secrets that expire soon, or have and are still configured: told once a day each,
 * and shown until they are replaced or taken away.
 */
final class ExpiringSecrets {
  static final Duration SOON = Duration.ofDays(14);

  private static final Logger LOG = LoggerFactory.getLogger(ExpiringSecrets.class);
  private static final Duration TOLD_EVERY = Duration.ofDays(1);
  private static final int MAX_SHOWN = 100;

  /** One caller's secret that expires first. */
  record Expiring(String clientId, Instant at) {
    String text(Instant now) {
      return at.isAfter(now)
          ? "a secret of " + clientId + " expires at " + at
          : "a secret of " + clientId + " has expired at " + at + ": take it away";
    }
  }

  private final InstantSource clock;
  private final Map<Expiring, Instant> told = new HashMap<>(); // guarded by this
  private volatile List<IdentityConfig> identities;
  private @Nullable MultiGauge gauge;

  ExpiringSecrets(List<IdentityConfig> identities, InstantSource clock) {
    this.identities = identities;
    this.clock = clock;
  }

  void configure(List<IdentityConfig> next) {
    identities = next;
  }

  /** Those that expire soon or have, the first of each caller, a hundred at most. */
  List<Expiring> expiring() {
    Instant soon = clock.instant().plus(SOON);
    List<Expiring> found = new ArrayList<>();
    for (IdentityConfig identity : identities) {
      Instant first = identity.firstExpiry();
      if (first != null && !first.isAfter(soon) && found.size() < MAX_SHOWN) {
        found.add(new Expiring(identity.clientId(), first));
      }
    }
    return found;
  }

  /** What should be looked at. */
  List<String> warnings() {
    Instant now = clock.instant();
    return expiring().stream().map(one -> one.text(now)).toList();
  }

  /** Says in the log what was not said within a day, and shows how long each has left. */
  synchronized void tell() {
    Instant now = clock.instant();
    List<Expiring> found = expiring();
    told.keySet().retainAll(found);
    for (Expiring one : found) {
      Instant last = told.get(one);
      if (last == null || !now.isBefore(last.plus(TOLD_EVERY))) {
        told.put(one, now);
        LOG.warn("{}", one.text(now));
      }
    }
    MultiGauge shown = gauge;
    if (shown != null) {
      shown.register(
          found.stream()
              .<MultiGauge.Row<?>>map(
                  one ->
                      MultiGauge.Row.of(
                          Tags.of("caller", one.clientId()),
                          () -> Duration.between(clock.instant(), one.at()).toMillis() / 1_000.0))
              .toList(),
          true);
    }
  }

  synchronized void register(MeterRegistry registry) {
    gauge =
        MultiGauge.builder("rescind.caller.secret.expires")
            .baseUnit("seconds")
            .description("How long a caller's secret is still good, from 14 days before its end")
            .register(registry);
  }
}
