package dev.rescind.platform.identity;

import dev.rescind.platform.httpsig.HttpMessage;
import dev.rescind.platform.httpsig.SignatureClaim;
import dev.rescind.platform.httpsig.SignatureKey;
import dev.rescind.platform.httpsig.SignatureReader;
import dev.rescind.platform.httpsig.SignatureRefusal;
import dev.rescind.platform.httpsig.SignatureWindow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests that their callers sign (RFC 9421), each good once. In this order: what costs nothing,
 * the signature, that its nonce is new, and last the body, which is read only now.
 */
public final class RequestSignatures implements AuthenticationMethod {
  private static final Advertised ADVERTISED =
      new Advertised(List.of(), List.of(), List.of(), List.of("Signature realm=\"rescind\""));
  private static final Authentication UNPROVEN = refused(SignatureRefusal.UNPROVEN.description());
  private static final Authentication AGAIN = refused("the nonce was used before");
  private static final Authentication BUSY =
      new Authentication.Busy("too many callers are being authenticated");
  private static final Authentication UNKNOWN =
      new Authentication.Busy("whether the nonce was used before cannot be told now");
  private static final int THREADS = 2;
  private static final int MAX_UNDER_WAY = 256;

  /** Who is known by signatures. */
  public record Owner(Identity identity, List<SignatureKey> keys) {
    public Owner {
      keys = List.copyOf(keys);
    }
  }

  private final Map<String, SignatureKey> keys = new HashMap<>();
  private final Map<String, Authentication.Known> owners = new HashMap<>();
  private final SignatureReader reader;
  private final OnceOnly once;
  private final InstantSource clock;
  private final WorkerExecutor slow;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @throws IllegalArgumentException where two keys have the same keyid
   */
  public RequestSignatures(Vertx vertx, List<Owner> all, OnceOnly once, InstantSource clock) {
    for (Owner owner : all) {
      for (SignatureKey key : owner.keys()) {
        if (keys.put(key.keyid(), key) != null) {
          throw new IllegalArgumentException(
              "identities holds the keyid of a signature key twice: " + key.keyid());
        }
        owners.put(key.keyid(), new Authentication.Known(owner.identity()));
      }
    }
    this.reader = new SignatureReader(keys::get, SignatureWindow.DEFAULT);
    this.once = once;
    this.clock = clock;
    this.slow = vertx.createSharedWorkerExecutor("rescind-request-signatures", THREADS);
  }

  @Override
  public boolean isUsedBy(Evidence evidence) {
    return SignatureReader.isSigned(message(evidence));
  }

  @Override
  public Future<Authentication> authenticate(Evidence evidence) {
    SignatureReader.Reading reading = reader.read(message(evidence), clock.instant());
    if (!(reading instanceof SignatureReader.Reading.Claimed claimed)) {
      return Future.succeededFuture(
          refused(((SignatureReader.Reading.Refused) reading).why().description()));
    }
    SignatureClaim claim = claimed.claim();
    Authentication.Known known = owners.get(claim.key().keyid());
    String clientId = evidence.parameter("client_id");
    if (known == null || (clientId != null && !clientId.equals(known.identity().clientId()))) {
      return Future.succeededFuture(UNPROVEN);
    }
    if (claim.key() instanceof SignatureKey.Hmac) {
      return proven(claim, claim.isProven(), known, evidence);
    }
    // A public key takes a millisecond, which a thread that serves requests does not have.
    if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
      underWay.decrementAndGet();
      return Future.succeededFuture(BUSY);
    }
    return slow.executeBlocking(claim::isProven, false)
        .otherwise(false)
        .onComplete(done -> underWay.decrementAndGet())
        .compose(proven -> proven(claim, proven, known, evidence));
  }

  private Future<Authentication> proven(
      SignatureClaim claim, boolean proven, Authentication.Known known, Evidence evidence) {
    if (!proven) {
      return Future.succeededFuture(UNPROVEN);
    }
    Instant now = clock.instant();
    Duration kept = Duration.between(now, claim.use().until());
    if (kept.isNegative() || kept.isZero()) {
      return Future.succeededFuture(refused(SignatureRefusal.WINDOW.description()));
    }
    return once.use(
            OnceOnly.name("request-signature", claim.key().keyid(), claim.use().nonce()), kept)
        .compose(
            use ->
                switch (use) {
                  case FIRST -> withBody(claim, known, evidence);
                  case AGAIN -> Future.succeededFuture(AGAIN);
                  case UNKNOWN -> Future.succeededFuture(UNKNOWN);
                });
  }

  private static Future<Authentication> withBody(
      SignatureClaim claim, Authentication.Known known, Evidence evidence) {
    return evidence
        .body()
        .map(
            body -> {
              SignatureRefusal objection = claim.objectsTo(body.getBytes());
              return objection == null ? known : refused(objection.description());
            });
  }

  @Override
  public Advertised advertised() {
    return ADVERTISED;
  }

  private static Authentication refused(String description) {
    return new Authentication.Refused(
        401, "invalid_client", description, ADVERTISED.challenges().get(0));
  }

  private static HttpMessage message(Evidence evidence) {
    return new HttpMessage() {
      @Override
      public String method() {
        return evidence.method();
      }

      @Override
      public String targetUri() {
        return evidence.targetUri();
      }

      @Override
      public List<String> headers(String name) {
        return evidence.headers(name);
      }
    };
  }
}
