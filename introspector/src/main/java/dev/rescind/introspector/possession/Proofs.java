package dev.rescind.introspector.possession;

import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.http.FormBody;
import dev.rescind.platform.http.OAuthRefusal;
import dev.rescind.platform.identity.OnceOnly;
import dev.rescind.platform.jose.DpopProof;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks what an introspection request shows of its client beside the token: a DPoP proof ({@code
 * dpop}, with {@code htm}, {@code htu} and, where one was asked for, {@code nonce}), a client
 * certificate ({@code client_certificate}) or its thumbprint ({@code x5t#S256}). What the client
 * made is never refused with an error, and is checked before the token is looked at, whatever that
 * is.
 */
public final class Proofs {
  private static final String DPOP = "dpop";
  private static final String THUMBPRINT = "x5t#S256";
  private static final String CERTIFICATE = "client_certificate";
  private static final Duration AHEAD = Duration.ofSeconds(5);
  private static final int THREADS = 2;
  private static final int MAX_UNDER_WAY = 256;

  private final OnceOnly once;
  private final Duration maxAge;
  private final InstantSource clock;
  private final WorkerExecutor workers;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * @param maxAge how old a DPoP proof may be
   */
  public Proofs(Vertx vertx, OnceOnly once, Duration maxAge, InstantSource clock) {
    this.once = once;
    this.maxAge = maxAge;
    this.clock = clock;
    this.workers = vertx.createSharedWorkerExecutor("rescind-proofs", THREADS);
  }

  /** Whether a request shows anything. */
  public static boolean areIn(FormBody form) {
    return form.get(DPOP) != null || form.get(THUMBPRINT) != null || form.get(CERTIFICATE) != null;
  }

  /** What a request shows; fails with an {@link OAuthRefusal}. */
  public Future<Possession> of(FormBody form, String token) {
    String dpop = form.get(DPOP);
    String htm = form.get("htm");
    String htu = form.get("htu");
    if (dpop != null && (htm == null || htu == null)) {
      return Future.failedFuture(OAuthRefusal.invalidRequest(400, "dpop needs htm and htu"));
    }
    boolean certified = form.get(THUMBPRINT) != null || form.get(CERTIFICATE) != null;
    Optional<Fingerprint> certificate = certificate(form);
    if (certified && certificate.isEmpty()) {
      return Future.succeededFuture(Possession.OF_NOTHING);
    }
    return dpop == null || htm == null || htu == null
        ? Future.succeededFuture(new Possession(null, certificate.orElse(null), true))
        : proof(dpop, new DpopProof.Request(htm, htu, token, form.get("nonce")))
            .map(
                proof ->
                    proof
                        .map(one -> new Possession(one.jkt(), certificate.orElse(null), true))
                        .orElse(Possession.OF_NOTHING));
  }

  /** Empty where none is shown, or what is shown is none, or not the same twice. */
  private static Optional<Fingerprint> certificate(FormBody form) {
    String thumbprint = form.get(THUMBPRINT);
    String certificate = form.get(CERTIFICATE);
    Optional<Fingerprint> named =
        thumbprint == null ? Optional.empty() : Fingerprint.parseThumbprint(thumbprint);
    Optional<Fingerprint> computed =
        certificate == null ? Optional.empty() : Certificates.thumbprint(certificate);
    if (thumbprint != null && certificate != null) {
      return named.equals(computed) ? named : Optional.empty();
    }
    return thumbprint == null ? computed : named;
  }

  /** The proof where it holds and came for the first time. */
  private Future<Optional<DpopProof>> proof(String text, DpopProof.Request request) {
    if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
      underWay.decrementAndGet();
      return Future.failedFuture(OAuthRefusal.unavailable("too many proofs are being checked"));
    }
    long now = clock.instant().getEpochSecond();
    DpopProof.Window window = new DpopProof.Window(now, maxAge.toSeconds(), AHEAD.toSeconds());
    return workers
        .executeBlocking(() -> DpopProof.check(text, request, window), false)
        .onComplete(done -> underWay.decrementAndGet())
        .compose(
            proof ->
                proof.isEmpty()
                    ? Future.succeededFuture(proof)
                    : firstUse(proof.get(), now).map(first -> first ? proof : Optional.empty()));
  }

  /** As long as any node could take it for a new one, whose clock may be behind. */
  private Future<Boolean> firstUse(DpopProof proof, long now) {
    Duration kept = Duration.ofSeconds(proof.iat() - now).plus(maxAge).plus(AHEAD).plus(AHEAD);
    return once.use(OnceOnly.name(DPOP, proof.jkt(), proof.jti()), kept)
        .compose(
            use ->
                use == OnceOnly.Use.UNKNOWN
                    ? Future.failedFuture(
                        OAuthRefusal.unavailable(
                            "whether the proof came before cannot be told now"))
                    : Future.succeededFuture(use == OnceOnly.Use.FIRST));
  }
}
