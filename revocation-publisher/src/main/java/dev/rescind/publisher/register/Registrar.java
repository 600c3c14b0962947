package dev.rescind.publisher.register;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.grid.GridProgress;
import dev.rescind.platform.jose.Issuers;
import dev.rescind.platform.kafka.CredentialWriter;
import dev.rescind.publisher.revoke.InTurn;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Registers credentials: appends them, and answers once the grid holds them, so that every node
 * knows them from then on. A registered credential never changes.
 */
public final class Registrar {
  private static final Duration LOADED_WITHIN = Duration.ofSeconds(5);
  private static final Duration SURE_WITHIN = Duration.ofSeconds(4);

  /** What became of a registration. */
  public enum Outcome {
    /** It is registered now. */
    CREATED,
    /** The same was registered before. */
    SAME,
    /** Something else was registered for this credential; that stays. */
    DIFFERENT,
    /** As many are registered as may be. */
    FULL
  }

  private final CredentialGrid grid;
  private final GridProgress progress;
  private final CredentialWriter writer;
  private final Issuers issuers;
  private final InstantSource clock;
  private final InTurn<Fingerprint> underWay = new InTurn<>();
  private final long maxCredentials;

  /**
   * @param maxCredentials of the grid, give or take those of the last seconds
   */
  public Registrar(
      CredentialGrid grid,
      GridProgress progress,
      CredentialWriter writer,
      Issuers issuers,
      InstantSource clock,
      long maxCredentials) {
    this.grid = grid;
    this.progress = progress;
    this.writer = writer;
    this.issuers = issuers;
    this.clock = clock;
    this.maxCredentials = maxCredentials;
  }

  /** Whether a credential lives no longer than its issuer's may. */
  public boolean allowsLifetime(Credential credential) {
    return issuers.allowsLifetime(credential);
  }

  /** Registers; fails where the log or the grid does not answer in time. */
  public Future<Outcome> register(Registration registration) {
    return underWay.run(
        registration.credential().fingerprint(), () -> registerInTurn(registration));
  }

  private Future<Outcome> registerInTurn(Registration registration) {
    return grid.find(registration.credential().fingerprint(), SURE_WITHIN)
        .compose(
            before -> {
              if (before instanceof CredentialGrid.Lookup.Found found) {
                return Future.succeededFuture(compare(registration, found.credential()));
              }
              if (!(before instanceof CredentialGrid.Lookup.Absent)) {
                return Future.failedFuture("the grid is not sure");
              }
              return grid.size() >= maxCredentials
                  ? Future.succeededFuture(Outcome.FULL)
                  : append(registration);
            });
  }

  private Future<Outcome> append(Registration registration) {
    Credential credential = registration.credential();
    return writer
        .append(credential)
        .compose(at -> progress.await(at.partition(), at.offset(), LOADED_WITHIN))
        .compose(loaded -> grid.find(credential.fingerprint(), SURE_WITHIN))
        .compose(
            lookup -> {
              if (lookup instanceof CredentialGrid.Lookup.Found found) {
                // Another may have registered it at the same moment: the first record counts.
                return Future.succeededFuture(
                    found.credential().equals(credential)
                        ? Outcome.CREATED
                        : compare(registration, found.credential()));
              }
              return lookup instanceof CredentialGrid.Lookup.Absent && isExpired(credential)
                  ? Future.succeededFuture(Outcome.CREATED)
                  : Future.failedFuture("the grid does not show what it loaded");
            });
  }

  /** The grid does not keep what has expired. */
  private boolean isExpired(Credential credential) {
    Long exp = credential.validity().exp();
    return exp != null && exp <= clock.instant().getEpochSecond();
  }

  private static Outcome compare(Registration registration, Credential held) {
    return registration.sameAs(held) ? Outcome.SAME : Outcome.DIFFERENT;
  }
}
