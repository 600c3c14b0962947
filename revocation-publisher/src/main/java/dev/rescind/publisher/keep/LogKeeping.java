package dev.rescind.publisher.keep;

import dev.rescind.platform.config.SweepConfig;
import dev.rescind.platform.service.ServiceCore;
import dev.rescind.publisher.revoke.RevocationRegister;
import dev.rescind.replica.Replica;
import dev.rescind.replica.SweepClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** What keeps the log whole, and no longer than it must be. */
public final class LogKeeping {
  private final Overwritten overwritten;
  private final LogRepair repair;
  private final TopicSweep sweep;

  /** Listens to the core's replica, after {@code register} does. */
  public LogKeeping(ServiceCore core, RevocationRegister register, InstantSource clock) {
    Replica replica = core.replica();
    SweepConfig config = core.config().sweep();
    BooleanSupplier current = () -> replica.isFresh(System.nanoTime());
    long halfMargin = config.margin().toMillis() / 2;
    repair = new LogRepair(core.vertx(), core.log(), current);
    overwritten =
        new Overwritten(
            register,
            () -> Math.max(0, replica.earlierMillis(clock.millis())) - halfMargin,
            new SignedLifts(core.codec(), System::nanoTime),
            repair::soon);
    replica.addListener(overwritten);
    sweep =
        new TopicSweep(
            core.vertx(),
            register,
            core.log(),
            new TopicSweep.Schedule(
                new SweepClock(replica, config.margin()), config.interval(), clock, current));
  }

  public void register(MeterRegistry registry) {
    FunctionCounter.builder("rescind.log.repaired", repair, LogRepair::repaired)
        .description("Records that had been erased or written over in the log, appended again")
        .register(registry);
    FunctionCounter.builder("rescind.sweep.tombstones", sweep, TopicSweep::tombstones)
        .description("Tombstones written for revocations that are over, and their lifts")
        .register(registry);
  }

  public void start() {
    repair.start(overwritten);
    sweep.start();
  }

  public void stop() {
    sweep.stop();
    repair.stop();
  }
}
