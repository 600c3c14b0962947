package dev.rescind.introspector.resolve;

import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.introspector.decide.Decider;
import dev.rescind.introspector.decide.Known;
import dev.rescind.introspector.decide.Verdict;
import dev.rescind.introspector.decide.Viewer;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Answers whether a token is active for whom asks: parses, resolves, decides, in this order. */
public final class Introspection {
  private final Resolver resolver;
  private final Decider decider;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Consumer<Fingerprint> used;

  /**
   * @param used is told of API keys that are active
   */
  public Introspection(
      Resolver resolver,
      Decider decider,
      InstantSource clock,
      LongSupplier nanoClock,
      Consumer<Fingerprint> used) {
    this.resolver = resolver;
    this.decider = decider;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.used = used;
  }

  /** Introspects; the future never fails. */
  public Future<Verdict> introspect(String text, Viewer viewer) {
    Optional<PresentedToken> parsed = PresentedToken.parse(text);
    if (parsed.isEmpty()) {
      return Future.succeededFuture(none(Verdict.Cause.MALFORMED, viewer));
    }
    PresentedToken token = parsed.get();
    Future<Resolution> resolved = resolver.resolve(token, text);
    boolean asksNobody = resolved.isComplete();
    return resolved
        .compose(
            resolution -> {
              Verdict verdict = decide(resolution, viewer);
              if (asksNobody && wouldTell(verdict, token, resolution)) {
                return resolver.lookUpNothing(token).map(nothing -> decide(resolution, viewer));
              }
              return isPerhapsTheViewersOwn(verdict, token, viewer)
                  ? ofTheViewersOwn(token, resolution, viewer)
                  : Future.succeededFuture(verdict);
            })
        .otherwise(error -> new Verdict.Undecided(error.getClass().getSimpleName()));
  }

  private Verdict decide(Resolution resolution, Viewer viewer) {
    if (resolution instanceof Resolution.Found found) {
      return decide(found.known(), viewer);
    }
    return resolution instanceof Resolution.NotSure notSure
        ? new Verdict.Undecided(notSure.cause())
        : none(((Resolution.None) resolution).cause(), viewer);
  }

  private Verdict none(Verdict.Cause cause, Viewer viewer) {
    return decider.none(cause, viewer, nanoClock.getAsLong());
  }

  private Verdict decide(Known known, Viewer viewer) {
    Verdict verdict = decider.decide(known, viewer, nanoClock.getAsLong(), clock.millis());
    if (known.credential().type() == CredentialType.API_KEY
        && verdict.found() instanceof Verdict.Active) {
      used.accept(known.credential().fingerprint());
    }
    return verdict;
  }

  /**
   * Whether an answer that came from memory would tell, by its haste, that the token is known: for
   * one that nobody knows the grid is asked, some 0.1 ms.
   */
  private static boolean wouldTell(Verdict verdict, PresentedToken token, Resolution resolution) {
    return token instanceof PresentedToken.Opaque
        && resolution instanceof Resolution.Found
        && verdict.found() instanceof Verdict.Inactive;
  }

  /** A verified JWT does not say who registered it, if somebody did. */
  private static boolean isPerhapsTheViewersOwn(
      Verdict verdict, PresentedToken token, Viewer viewer) {
    return viewer.registers()
        && token instanceof PresentedToken.Jwt
        && verdict.found() instanceof Verdict.Inactive inactive
        && inactive.cause() == Verdict.Cause.NOT_FOR_CALLER;
  }

  private Future<Verdict> ofTheViewersOwn(
      PresentedToken token, Resolution resolution, Viewer viewer) {
    return resolver
        .registration(token)
        .map(
            registered -> {
              if (registered instanceof Resolution.NotSure notSure) {
                return new Verdict.Undecided(notSure.cause());
              }
              boolean own =
                  registered instanceof Resolution.Found found
                      && viewer
                          .clientId()
                          .equals(found.known().credential().binding().registeredBy());
              return own
                  ? decide(resolution, viewer.ofAll())
                  : none(Verdict.Cause.NOT_FOR_CALLER, viewer);
            });
  }
}
