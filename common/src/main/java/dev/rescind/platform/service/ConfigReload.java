package dev.rescind.platform.service;

import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.config.ConfigException;
import dev.rescind.platform.config.ConfigProblem;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.jose.IssuerConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts identities and issuers into force as the files of the configuration have them now, and
 * nothing else: another section that has changed is told of, and needs a restart. A configuration
 * with a problem changes nothing. Everything here reads files: not for event loops.
 */
public final class ConfigReload {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * The identities and issuers of the files are in force.
     *
     * @param needRestart the other sections that are not as they were when the service started
     */
    record Applied(Changes identities, Changes issuers, List<String> needRestart)
        implements Outcome {}

    /** The configuration has problems: what was in force still is. */
    record Refused(List<ConfigProblem> problems) implements Outcome {}
  }

  /** The names of what is no longer as it was. */
  public record Changes(List<String> added, List<String> changed, List<String> removed) {
    static <T> Changes between(List<T> before, List<T> after, Function<T, String> name) {
      Map<String, T> old = byName(before, name);
      Map<String, T> young = byName(after, name);
      return new Changes(
          young.keySet().stream().filter(one -> !old.containsKey(one)).toList(),
          young.keySet().stream()
              .filter(one -> old.containsKey(one) && !Objects.equals(young.get(one), old.get(one)))
              .toList(),
          old.keySet().stream().filter(one -> !young.containsKey(one)).toList());
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
      Map<String, T> byName = new LinkedHashMap<>();
      all.forEach(one -> byName.put(name.apply(one), one));
      return byName;
    }

    boolean areNone() {
      return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }
  }

  /** What a configuration is put into force by. */
  interface Target {
    void configure(ServiceConfig config);

    /** The keys of issuers that are in files may have changed. */
    void keysChanged();
  }

  private final ConfigSource source;
  private final Target target;
  private final LongAdder applied = new LongAdder();
  private final LongAdder failures = new LongAdder();

  // Guarded by this.
  private ServiceConfig inForce;
  private Map<Path, Optional<Fingerprint>> keysSeen;
  private @Nullable Map<Path, Optional<Fingerprint>> unsettled;

  private volatile List<String> warnings = List.of();

  ConfigReload(ConfigSource source, Target target) {
    this.source = source;
    this.target = target;
    inForce = source.config();
    keysSeen = ConfigSource.digests(keyFiles(inForce));
  }

  /** Loads the configuration, and puts into force what can be. */
  public synchronized Outcome reload() {
    unsettled = null;
    ServiceConfig loaded;
    try {
      loaded = source.again();
      target.configure(loaded);
    } catch (ConfigException e) {
      return refused(e.problems(), e.found());
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      return refused(List.of(why), List.of(new ConfigProblem("", "", why)));
    }
    Changes identities =
        Changes.between(inForce.identities(), loaded.identities(), IdentityConfig::clientId);
    Changes issuers = Changes.between(inForce.issuers(), loaded.issuers(), IssuerConfig::iss);
    List<String> needRestart = source.config().sectionsOtherThan(loaded);
    inForce = loaded;
    applied.increment();
    if (!identities.areNone() || !issuers.areNone()) {
      LOG.info("The configuration was loaded anew: identities {}, issuers {}", identities, issuers);
    }
    List<String> warned =
        needRestart.isEmpty()
            ? List.of()
            : List.of(
                "changed in the configuration, needs a restart: " + String.join(", ", needRestart));
    if (!warned.isEmpty() && !warned.equals(warnings)) {
      LOG.warn("{}", warned.get(0));
    }
    warnings = warned;
    return new Outcome.Applied(identities, issuers, needRestart);
  }

  private Outcome refused(List<String> lines, List<ConfigProblem> problems) {
    failures.increment();
    String why = String.join("; ", lines);
    LOG.warn("The configuration cannot be used, and the one before stays in force: {}", why);
    List<String> warned = new ArrayList<>();
    lines.forEach(line -> warned.add("the configuration cannot be loaded: " + line));
    warnings = List.copyOf(warned);
    return new Outcome.Refused(problems);
  }

  /**
   * Loads the configuration where its files have changed, and stay as they are now since the last
   * look: what is being written is not loaded half.
   */
  synchronized void look() {
    Map<Path, Optional<Fingerprint>> read = source.read();
    Map<Path, Optional<Fingerprint>> present = source.present();
    if (present.equals(read)) {
      unsettled = null;
    } else if (present.equals(unsettled)) {
      reload();
    } else {
      unsettled = present;
    }
    Map<Path, Optional<Fingerprint>> keys = ConfigSource.digests(keyFiles(inForce));
    if (!keys.equals(keysSeen)) {
      keysSeen = keys;
      target.keysChanged();
    }
  }

  private static Set<Path> keyFiles(ServiceConfig config) {
    Set<Path> files = new HashSet<>();
    for (IssuerConfig issuer : config.issuers()) {
      String file = issuer.keys().jwksFile();
      if (file != null) {
        files.add(Path.of(file));
      }
    }
    return files;
  }

  /** What should be looked at. */
  List<String> warnings() {
    return warnings;
  }

  void register(MeterRegistry registry) {
    FunctionCounter.builder("rescind.config.reloads", applied, LongAdder::sum)
        .description("How often the configuration was loaded anew")
        .register(registry);
    FunctionCounter.builder("rescind.config.reload.failures", failures, LongAdder::sum)
        .description("How often the configuration could not be loaded anew")
        .register(registry);
  }
}
