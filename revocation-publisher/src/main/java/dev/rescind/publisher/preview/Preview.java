package dev.rescind.publisher.preview;

import dev.rescind.credential.Credential;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.grid.GridScan;
import dev.rescind.platform.identity.Identity;
import dev.rescind.publisher.revoke.RevocationRequest;
import dev.rescind.revocation.RevocationIndex;
import dev.rescind.revocation.Target;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Looks through the grid for what a revocation would hit: for so long, one look at a time, and says
 * whether it came to the end.
 */
public final class Preview {
  /**
   * What was found.
   *
   * @param complete whether all was looked through
   */
  public record Found(Tally tally, boolean complete) {
    /** Whether it can be that so many would be hit. */
    public boolean mayReach(int threshold) {
      return !complete || tally.registered() + tally.recentlySeen() >= threshold;
    }
  }

  private final CredentialGrid grid;
  private final RevocationIndex index;
  private final InstantSource clock;

  /**
   * @param index of the facts in force
   */
  public Preview(CredentialGrid grid, RevocationIndex index, InstantSource clock) {
    this.grid = grid;
    this.index = index;
    this.clock = clock;
  }

  /**
   * Counts.
   *
   * @param target whose key, if it is one, is resolved
   */
  public Future<Found> of(Target target, RevocationRequest request, Identity caller) {
    Instant now = clock.instant();
    Tally tally =
        new Tally(
            new Tally.Question(
                target,
                request.cutoff(),
                now.getEpochSecond(),
                one -> index.covers(Target.keysOf(one), one.validity().iat(), now.toEpochMilli()),
                one -> isVisible(one, caller)));
    return grid.scan(
            new GridScan.Visitor() {
              @Override
              public void registered(Credential credential) {
                tally.registered(credential);
              }

              @Override
              public void verified(Credential credential) {
                tally.recentlySeen(credential);
              }
            })
        .map(complete -> new Found(tally, complete));
  }

  private static boolean isVisible(Credential credential, Identity caller) {
    return caller.clientId().equals(credential.binding().registeredBy())
        || (caller.reaches(credential.names().iss()) && caller.reachesAudience(credential.aud()));
  }
}
