package dev.rescind.platform.identity;

import dev.rescind.credential.Base64Url;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls. The slow hash of a secret is paid once: after that a keyed hash of it, under
 * a key that this process alone has, is compared. How many different secrets are being checked at
 * once is bounded, so that guessing cannot take the machine; who asks what is being checked already
 * waits for that answer.
 */
public final class CallerAuthenticator {

  /** What came of it. */
  public sealed interface Outcome {
    record Known(Identity identity) implements Outcome {}

    record Refused() implements Outcome {}

    /** Too many unproven secrets are being checked just now. */
    record Busy() implements Outcome {}
  }

  private static final Outcome REFUSED = new Outcome.Refused();
  private static final Outcome BUSY = new Outcome.Busy();
  private static final int THREADS = 2;
  private static final int MAX_UNDER_WAY = 64;

  /** An identity and the keyed hash of the secret that last proved it. */
  private static final class Caller {
    final Outcome.Known known;
    final Map<SecretHash, byte[]> proven = new ConcurrentHashMap<>();

    Caller(Identity identity) {
      this.known = new Outcome.Known(identity);
    }
  }

  private final Map<String, Caller> callers = new LinkedHashMap<>();
  private final @Nullable SecretHash decoy;
  private final WorkerExecutor slow;
  private final Map<String, Future<Outcome>> underWay = new ConcurrentHashMap<>();
  private final SecretKeySpec key;
  private final ThreadLocal<Mac> mac = ThreadLocal.withInitial(this::newMac);

  /**
   * @throws IllegalArgumentException where two identities have the same client_id
   */
  public CallerAuthenticator(Vertx vertx, List<Identity> identities) {
    for (Identity identity : identities) {
      if (callers.put(identity.clientId(), new Caller(identity)) != null) {
        throw new IllegalArgumentException(
            "identities holds client_id twice: " + identity.clientId());
      }
    }
    decoy = identities.isEmpty() ? null : identities.get(0).secrets().get(0);
    slow = vertx.createSharedWorkerExecutor("rescind-secret-hashes", THREADS);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** Authenticates; complete at once for a secret that was proven before. Never fails. */
  public Future<Outcome> authenticate(@Nullable ClientCredentials credentials) {
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
    Promise<Outcome> answer = Promise.promise();
    Future<Outcome> same = underWay.putIfAbsent(question, answer.future());
    if (same != null) {
      return onCallersContext(same);
    }
    if (underWay.size() > MAX_UNDER_WAY) {
      underWay.remove(question);
      answer.complete(BUSY);
      return answer.future();
    }
    slow.executeBlocking(() -> checkSlowly(credentials), false)
        .otherwise(REFUSED)
        .onSuccess(
            outcome -> {
              underWay.remove(question);
              answer.complete(outcome);
            });
    return onCallersContext(answer.future());
  }

  /** What is asked, in a form that does not tell it. */
  private String question(ClientCredentials credentials) {
    StringBuilder tags = new StringBuilder();
    for (ClientCredentials.Reading reading : credentials.readings()) {
      tags.append(Base64Url.encode(tag(reading)));
    }
    return tags.toString();
  }

  private static Future<Outcome> onCallersContext(Future<Outcome> future) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return future;
    }
    Promise<Outcome> promise = Promise.promise();
    future.onSuccess(outcome -> context.runOnContext(none -> promise.complete(outcome)));
    return promise.future();
  }

  private boolean isProven(Caller caller, ClientCredentials.Reading reading) {
    if (caller.proven.isEmpty()) {
      return false;
    }
    byte[] tag = tag(reading);
    boolean proven = false;
    for (byte[] known : caller.proven.values()) {
      proven |= MessageDigest.isEqual(known, tag);
    }
    return proven;
  }

  private Outcome checkSlowly(ClientCredentials credentials) {
    boolean compared = false;
    for (ClientCredentials.Reading reading : credentials.readings()) {
      Caller caller = callers.get(reading.clientId());
      if (caller == null) {
        continue;
      }
      for (SecretHash hash : caller.known.identity().secrets()) {
        compared = true;
        if (hash.matches(reading.secret())) {
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
