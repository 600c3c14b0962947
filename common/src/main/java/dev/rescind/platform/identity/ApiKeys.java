package dev.rescind.platform.identity;

import dev.rescind.credential.Fingerprint;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code Authorization: ApiKey <key>}, for scripts. A key is random and long, so that its SHA-256
 * tells nothing of it: whoever does not know it can steer neither the hash nor, by time, what is
 * found under it.
 */
public final class ApiKeys implements AuthenticationMethod {
  /** In characters; fewer are not random enough to be kept as a plain digest. */
  static final int MIN_LENGTH = 32;

  static final int MAX_LENGTH = 512;

  private static final String SCHEME = "ApiKey ";
  private static final Advertised ADVERTISED =
      new Advertised(List.of(), List.of(), List.of(), List.of("ApiKey realm=\"rescind\""));
  private static final Authentication REFUSED =
      Authentication.Refused.invalidClient(ADVERTISED.challenges().get(0));

  /**
   * Who is known by keys.
   *
   * @param digests SHA-256 of keys, any of which proves it
   */
  public record Owner(Identity identity, List<Fingerprint> digests) {
    public Owner {
      digests = List.copyOf(digests);
    }
  }

  private final Map<Fingerprint, Authentication> owners = new HashMap<>();

  /**
   * @throws IllegalArgumentException where two owners have the same key
   */
  public ApiKeys(List<Owner> owners) {
    for (Owner owner : owners) {
      Authentication known = new Authentication.Known(owner.identity());
      for (Fingerprint digest : owner.digests()) {
        if (this.owners.put(digest, known) != null) {
          throw new IllegalArgumentException("identities holds an API key twice");
        }
      }
    }
  }

  @Override
  public boolean isUsedBy(Evidence evidence) {
    String authorization = evidence.authorization();
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    String key = String.valueOf(evidence.authorization()).substring(SCHEME.length()).strip();
    return Future.succeededFuture(
        key.length() < MIN_LENGTH || key.length() > MAX_LENGTH
            ? REFUSED
            : owners.getOrDefault(Fingerprint.of(key), REFUSED));
  }

  @Override
  public Advertised advertised() {
    return ADVERTISED;
  }
}
