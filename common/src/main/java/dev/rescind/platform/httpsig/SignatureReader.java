package dev.rescind.platform.httpsig;

import dev.rescind.platform.httpsig.FieldMember.InnerList;
import dev.rescind.platform.httpsig.FieldMember.Parameters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the signature of a request (RFC 9421 section 3.2) as far as no key is needed for it. Where
 * there are several, the one under a known key counts; two under known keys are refused.
 */
public final class SignatureReader {
  /** The fields without which nothing is signed. */
  public static final String SIGNATURE_INPUT = "signature-input";

  public static final String SIGNATURE = "signature";

  private static final int MAX_NONCE = 128;

  private final Function<String, @Nullable SignatureKey> keys;
  private final SignatureWindow window;

  /** What reading comes to. */
  public sealed interface Reading {
    record Claimed(SignatureClaim claim) implements Reading {}

    record Refused(SignatureRefusal why) implements Reading {}
  }

  /**
   * @param keys by {@code keyid}
   */
  public SignatureReader(Function<String, @Nullable SignatureKey> keys, SignatureWindow window) {
    this.keys = keys;
    this.window = window;
  }

  /** Whether a request says that it is signed. */
  public static boolean isSigned(HttpMessage message) {
    return !message.headers(SIGNATURE_INPUT).isEmpty() || !message.headers(SIGNATURE).isEmpty();
  }

  /** Reads the signature of a request that came at {@code now}. */
  public Reading read(HttpMessage message, Instant now) {
    Optional<Map<String, FieldMember>> inputs =
        FieldReader.dictionary(message.headers(SIGNATURE_INPUT));
    Optional<Map<String, FieldMember>> signatures =
        FieldReader.dictionary(message.headers(SIGNATURE));
    if (inputs.isEmpty()
        || signatures.isEmpty()
        || !inputs.get().keySet().equals(signatures.get().keySet())) {
      return refused(SignatureRefusal.MALFORMED);
    }
    Known known = null;
    for (Map.Entry<String, FieldMember> input : inputs.get().entrySet()) {
      if (!(input.getValue() instanceof InnerList covered)
          || !(signatures.get().get(input.getKey()) instanceof FieldMember.Item item)
          || !(item.value() instanceof BareItem.Bytes signature)) {
        return refused(SignatureRefusal.MALFORMED);
      }
      SignatureKey key =
          covered.parameters().get("keyid") instanceof BareItem.Text keyid
              ? keys.apply(keyid.value())
              : null;
      if (key != null) {
        if (known != null) {
          return refused(SignatureRefusal.MALFORMED);
        }
        known = new Known(key, covered, signature.value());
      }
    }
    return known == null ? refused(SignatureRefusal.UNPROVEN) : read(message, known, now);
  }

  @SuppressWarnings("ArrayRecordComponent") // handed on at once
  private record Known(SignatureKey key, InnerList covered, byte[] signature) {}

  private Reading read(HttpMessage message, Known known, Instant now) {
    Parameters parameters = known.covered().parameters();
    if (!(parameters.get("created") instanceof BareItem.Int created)
        || !(parameters.get("nonce") instanceof BareItem.Text nonce)
        || nonce.value().isEmpty()
        || nonce.value().length() > MAX_NONCE
        || (parameters.get("expires") != null
            && !(parameters.get("expires") instanceof BareItem.Int))) {
      return refused(SignatureRefusal.MISSING_PARAMETER);
    }
    BareItem alg = parameters.get("alg");
    if (alg != null && !alg.equals(new BareItem.Text(known.key().algorithm()))) {
      return refused(SignatureRefusal.UNPROVEN);
    }
    Long expires = parameters.get("expires") instanceof BareItem.Int end ? end.value() : null;
    if (!window.holds(created.value(), expires, now)) {
      return refused(SignatureRefusal.WINDOW);
    }
    Optional<TargetUri> target = TargetUri.parse(message.targetUri());
    Optional<SignatureBase> base =
        target.flatMap(uri -> SignatureBase.of(message, uri, known.covered()));
    if (target.isEmpty() || base.isEmpty()) {
      return refused(SignatureRefusal.ABSENT_COMPONENT);
    }
    if (!coversTarget(base.get().covered(), target.get())) {
      return refused(SignatureRefusal.UNCOVERED);
    }
    ContentDigest digest = null;
    if (base.get().covered().contains(ContentDigest.FIELD)) {
      digest = ContentDigest.parse(message.headers(ContentDigest.FIELD)).orElse(null);
      if (digest == null) {
        return refused(SignatureRefusal.MALFORMED);
      }
    } else if (hasBody(message)) {
      return refused(SignatureRefusal.UNCOVERED_BODY);
    }
    return new Reading.Claimed(
        new SignatureClaim(
            known.key(),
            base.get().bytes(),
            known.signature(),
            new SignatureClaim.Use(nonce.value(), window.end(created.value())),
            digest));
  }

  private static boolean coversTarget(Set<String> covered, TargetUri target) {
    boolean parts =
        covered.contains("@authority")
            && covered.contains("@path")
            && (target.query() == null || covered.contains("@query"));
    return covered.contains("@method") && (parts || covered.contains("@target-uri"));
  }

  /** What the headers say: who sends a body after all is refused when it is there. */
  private static boolean hasBody(HttpMessage message) {
    List<String> length = message.headers("content-length");
    return !message.headers("transfer-encoding").isEmpty()
        || !(length.isEmpty() || length.equals(List.of("0")));
  }

  private static Reading refused(SignatureRefusal why) {
    return new Reading.Refused(why);
  }
}
