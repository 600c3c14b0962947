package dev.rescind.platform.identity;

import dev.rescind.platform.throttle.Throttle;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls: by exactly one method for a request (RFC 6749 section 2.3), and what no
 * method knows is refused. Other methods can take the place of the first, all at once.
 */
public final class CallerAuthenticator {
  private static final Authentication SEVERAL =
      Authentication.Refused.invalidRequest("the request uses more than one authentication method");
  private static final Authentication CHANGED =
      new Authentication.Busy("callers are being configured anew");

  /** For a 401 must have a challenge (RFC 9110 section 15.5.2). */
  private static final String NO_CHALLENGE = "Basic realm=\"rescind\", charset=\"UTF-8\"";

  /** The methods, as requests need them. */
  private static final class InForce {
    final AuthenticationMethod[] shown;
    final AuthenticationMethod[] implied;
    final Advertised advertised;
    final Authentication nobody;

    InForce(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {
      this.shown = shown.toArray(AuthenticationMethod[]::new);
      this.implied = implied.toArray(AuthenticationMethod[]::new);
      advertised =
          Advertised.all(
              Stream.concat(shown.stream(), implied.stream())
                  .map(AuthenticationMethod::advertised)
                  .toList());
      String challenges = String.join(", ", advertised.challenges());
      nobody =
          Authentication.Refused.invalidClient(challenges.isEmpty() ? NO_CHALLENGE : challenges);
    }

    Future<Authentication> authenticate(Evidence evidence) {
      AuthenticationMethod used = null;
      for (AuthenticationMethod method : shown) {
        if (method.isUsedBy(evidence)) {
          if (used != null) {
            return Future.succeededFuture(SEVERAL);
          }
          used = method;
        }
      }
      if (used == null) {
        used = firstImplied(evidence);
      }
      return used == null ? Future.succeededFuture(nobody) : used.authenticate(evidence);
    }

    private @Nullable AuthenticationMethod firstImplied(Evidence evidence) {
      if (evidence.authorization() != null) {
        return null; // it is evidence, if of no method that is on
      }
      for (AuthenticationMethod method : implied) {
        if (method.isUsedBy(evidence)) {
          return method;
        }
      }
      return null;
    }
  }

  private final Throttle throttle;
  private volatile InForce inForce;

  /**
   * @param shown methods whose evidence is in the request; at most one may be used
   * @param implied methods whose evidence is in the connection, which count where no other is used
   */
  public CallerAuthenticator(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {
    this(shown, implied, Throttle.none());
  }

  /**
   * The same, for no more requests than may come.
   *
   * @param throttle holds up who asks, or fails, too often
   */
  public CallerAuthenticator(
      List<AuthenticationMethod> shown, List<AuthenticationMethod> implied, Throttle throttle) {
    this.throttle = throttle;
    inForce = new InForce(shown, implied);
  }

  /** Lets other methods decide from now on, also for who is being authenticated just now. */
  public void configure(List<AuthenticationMethod> shown, List<AuthenticationMethod> implied) {
    inForce = new InForce(shown, implied);
  }

  /**
   * Authenticates; complete at once where nothing is to be waited for, else on the caller's
   * context. Fails with nothing but what {@link Evidence#body} failed with.
   */
  public Future<Authentication> authenticate(Evidence evidence) {
    InForce methods = inForce;
    Future<Authentication> found = methods.authenticate(evidence);
    if (found.succeeded()) {
      Authentication outcome = found.result();
      Authentication held = held(outcome, evidence);
      return held == outcome ? found : Future.succeededFuture(held);
    }
    return found.map(
        outcome ->
            outcome instanceof Authentication.Known && methods != inForce
                ? CHANGED
                : held(outcome, evidence));
  }

  /** Whoever is known is held up by what it asks itself, and never by who is not. */
  private Authentication held(Authentication outcome, Evidence evidence) {
    long wait = 0;
    if (outcome instanceof Authentication.Known known) {
      wait = throttle.known(known.identity().clientId(), !evidence.method().equals("GET"));
    } else if (outcome instanceof Authentication.Refused) {
      wait = throttle.failed(Networks.of(evidence.remoteAddress()));
    }
    return wait == 0 ? outcome : new Authentication.TooMany(wait);
  }

  /** What others are told of all methods. */
  public Advertised advertised() {
    return inForce.advertised;
  }
}
