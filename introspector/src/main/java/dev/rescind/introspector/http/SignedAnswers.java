package dev.rescind.introspector.http;

import dev.rescind.platform.http.OAuthRefusal;
import dev.rescind.platform.identity.Identity;
import dev.rescind.platform.sign.AnswerSigner;
import dev.rescind.platform.sign.SigningKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs answers beside the event loops. How many are being signed at once is bounded: beyond it,
 * and where no key signs just now, the answer is 503.
 */
public final class SignedAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(SignedAnswers.class);
  private static final int MAX_UNDER_WAY = 256;

  private final SigningKeys keys;
  private final AnswerSigner signer;
  private final InstantSource clock;
  private final WorkerExecutor workers;
  private final AtomicInteger underWay = new AtomicInteger();

  public SignedAnswers(Vertx vertx, String issuer, SigningKeys keys, InstantSource clock) {
    this.keys = keys;
    this.signer = new AnswerSigner(issuer, keys);
    this.clock = clock;
    this.workers =
        vertx.createSharedWorkerExecutor(
            "rescind-signatures", Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** Whether there is a key to sign by. */
  boolean areMade() {
    return !keys.isEmpty();
  }

  /** The JWT of an answer; fails with an {@link OAuthRefusal}. */
  Future<String> sign(byte[] answer, Identity caller) {
    if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
      underWay.decrementAndGet();
      return Future.failedFuture(OAuthRefusal.unavailable("too many answers are being signed"));
    }
    return workers
        .executeBlocking(
            () ->
                signer
                    .sign(
                        new String(answer, StandardCharsets.UTF_8),
                        recipient(caller),
                        clock.instant())
                    .orElseThrow(
                        () -> OAuthRefusal.unavailable("no key signs for this caller now")),
            false)
        .recover(
            error -> {
              if (error instanceof OAuthRefusal) {
                return Future.failedFuture(error);
              }
              LOG.error("An answer could not be signed", error);
              return Future.failedFuture(
                  OAuthRefusal.unavailable("the answer could not be signed"));
            })
        .onComplete(done -> underWay.decrementAndGet());
  }

  private static AnswerSigner.Recipient recipient(Identity caller) {
    List<String> audiences = caller.limits().audiences();
    return new AnswerSigner.Recipient(
        caller.clientId(),
        audiences == null ? List.of() : audiences,
        caller.answers().signedResponseAlg(),
        caller.answers().encryption());
  }
}
