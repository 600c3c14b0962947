package dev.rescind.platform.identity;

import dev.rescind.credential.Base64Url;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * {@code client_secret_basic} and {@code client_secret_post} (RFC 6749 section 2.3.1). The slow
 * hash of a secret is paid once: after that a keyed hash of it, under a key that this process alone
 * has, is compared. Who asks what is being checked already waits for that answer; what else is
 * checked is checked in fair turns, so that guessing can neither take the machine nor keep out who
 * knows the secret.
 */
public final class ClientSecrets implements AuthenticationMethod {
  private static final Advertised ADVERTISED =
      new Advertised(
          List.of("client_secret_basic", "client_secret_post"),
          List.of(),
          List.of(),
          List.of("Basic realm=\"rescind\", charset=\"UTF-8\""));
  private static final Authentication REFUSED =
      Authentication.Refused.invalidClient(ADVERTISED.challenges().get(0));
  private static final Authentication BUSY =
      new Authentication.Busy("too many callers are being authenticated");
  private static final int THREADS = 2;
  private static final int ROOM = 64;

  /** In the place of every client_id that nobody has: who guesses at names gets one share. */
  private static final String NOBODY = "";

  /**
   * Who is known by secrets.
   *
   * @param hashes of any of which the secret proves it: several while a secret is being replaced
   * @param expiries when those prove nothing any more that have an end
   */
  public record Owner(
      Identity identity, List<SecretHash> hashes, Map<SecretHash, Instant> expiries) {
    public Owner {
      hashes = List.copyOf(hashes);
      expiries = Map.copyOf(expiries);
    }

    /** One whose secrets have no end. */
    public Owner(Identity identity, List<SecretHash> hashes) {
      this(identity, hashes, Map.of());
    }
  }

  /** An owner and the keyed hashes of the secrets that last proved it. */
  private static final class Caller {
    final Authentication.Known known;
    final List<SecretHash> hashes;
    final Map<SecretHash, Instant> expiries;
    final Map<SecretHash, byte[]> proven = new ConcurrentHashMap<>();

    Caller(Owner owner, @Nullable Caller before) {
      this.known = new Authentication.Known(owner.identity());
      this.hashes = owner.hashes();
      this.expiries = owner.expiries();
      if (before != null) {
        proven.putAll(before.proven);
        proven.keySet().retainAll(hashes);
      }
    }
  }

  private final Map<String, Caller> callers = new LinkedHashMap<>();
  private final InstantSource clock;
  private final @Nullable SecretHash decoy;
  private final FairChecks slow;
  private final Map<String, Future<Authentication>> underWay = new ConcurrentHashMap<>();
  private final SecretKeySpec key;
  private final ThreadLocal<Mac> mac = ThreadLocal.withInitial(this::newMac);

  /**
   * @throws IllegalArgumentException where two owners have the same client_id
   */
  public ClientSecrets(Vertx vertx, List<Owner> owners) {
    this(vertx, owners, InstantSource.system());
  }

  ClientSecrets(Vertx vertx, List<Owner> owners, InstantSource clock) {
    this(
        clock,
        owners,
        Map.of(),
        new FairChecks(vertx, "rescind-secret-hashes", THREADS, ROOM, new SecureRandom()),
        randomKey());
  }

  private ClientSecrets(
      InstantSource clock,
      List<Owner> owners,
      Map<String, Caller> before,
      FairChecks slow,
      SecretKeySpec key) {
    this.clock = clock;
    for (Owner owner : owners) {
      String clientId = owner.identity().clientId();
      if (callers.put(clientId, new Caller(owner, before.get(clientId))) != null) {
        throw new IllegalArgumentException("identities holds client_id twice: " + clientId);
      }
    }
    decoy = owners.stream().flatMap(one -> one.hashes().stream()).findFirst().orElse(null);
    this.slow = slow;
    this.key = key;
  }

  private static SecretKeySpec randomKey() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return new SecretKeySpec(random, "HmacSHA256");
  }

  /**
   * Who is known by secrets from now on: a secret that was proven is not proven again while its
   * owner has the same hash.
   *
   * @throws IllegalArgumentException where two owners have the same client_id
   */
  public ClientSecrets successor(List<Owner> owners) {
    return new ClientSecrets(clock, owners, callers, slow, key);
  }

  @Override
  public boolean isUsedBy(Evidence evidence) {
    String authorization = evidence.authorization();
    return (authorization != null && ClientCredentials.isBasic(authorization))
        || evidence.parameter("client_secret") != null;
  }

  /** Authenticates; complete at once for a secret that was proven before. */
  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    ClientCredentials credentials =
        ClientCredentials.parse(
            evidence.authorization(),
            evidence.parameter("client_id"),
            evidence.parameter("client_secret"));
    if (credentials == null) {
      return Future.succeededFuture(REFUSED);
    }
    for (ClientCredentials.Reading reading : credentials.readings()) {
      Caller caller = callers.get(reading.clientId());
      if (caller != null && isProven(caller, reading)) {
        return Future.succeededFuture(caller.known);
      }
    }
    String question = question(credentials);
    Promise<Authentication> answer = Promise.promise();
    Future<Authentication> same = underWay.putIfAbsent(question, answer.future());
    if (same != null) {
      return FairChecks.onCallersContext(same);
    }
    slow.run(asker(credentials, evidence), () -> checkSlowly(credentials))
        .otherwise(error -> error instanceof FairChecks.ShedException ? BUSY : REFUSED)
        .onSuccess(
            outcome -> {
              underWay.remove(question);
              answer.complete(outcome);
            });
    return FairChecks.onCallersContext(answer.future());
  }

  private FairChecks.Asker asker(ClientCredentials credentials, Evidence evidence) {
    String claim =
        credentials.readings().stream()
            .map(ClientCredentials.Reading::clientId)
            .filter(callers::containsKey)
            .findFirst()
            .orElse(NOBODY);
    return new FairChecks.Asker(claim, Networks.of(evidence.remoteAddress()));
  }

  @Override
  public Advertised advertised() {
    return ADVERTISED;
  }

  /** What is asked, in a form that does not tell it. */
  private String question(ClientCredentials credentials) {
    StringBuilder tags = new StringBuilder();
    for (ClientCredentials.Reading reading : credentials.readings()) {
      tags.append(Base64Url.encode(tag(reading)));
    }
    return tags.toString();
  }

  private boolean isProven(Caller caller, ClientCredentials.Reading reading) {
    if (caller.proven.isEmpty()) {
      return false;
    }
    byte[] tag = tag(reading);
    boolean proven = false;
    for (Map.Entry<SecretHash, byte[]> known : caller.proven.entrySet()) {
      proven |= MessageDigest.isEqual(known.getValue(), tag) && isGood(caller, known.getKey());
    }
    return proven;
  }

  private boolean isGood(Caller caller, SecretHash hash) {
    Instant expiry = caller.expiries.isEmpty() ? null : caller.expiries.get(hash);
    return expiry == null || clock.instant().isBefore(expiry);
  }

  private Authentication checkSlowly(ClientCredentials credentials) {
    boolean compared = false;
    for (ClientCredentials.Reading reading : credentials.readings()) {
      Caller caller = callers.get(reading.clientId());
      if (caller == null) {
        continue;
      }
      for (SecretHash hash : caller.hashes) {
        compared = true;
        if (hash.matches(reading.secret()) && isGood(caller, hash)) {
          caller.proven.put(hash, tag(reading));
          return caller.known;
        }
      }
    }
    if (!compared && decoy != null) {
      // An unknown client takes as long as a known one, so that time does not tell them apart.
      var unused = decoy.matches(credentials.readings().get(0).secret());
    }
    return REFUSED;
  }

  private byte[] tag(ClientCredentials.Reading reading) {
    Mac computing = mac.get();
    computing.update(reading.clientId().getBytes(StandardCharsets.UTF_8));
    computing.update((byte) 0);
    return computing.doFinal(reading.secret().getBytes(StandardCharsets.UTF_8));
  }

  private Mac newMac() {
    try {
      Mac made = Mac.getInstance("HmacSHA256");
      made.init(key);
      return made;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
