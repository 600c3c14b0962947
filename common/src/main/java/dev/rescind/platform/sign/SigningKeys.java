package dev.rescind.platform.sign;

import dev.rescind.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of this side: all are published, of each algorithm one signs. */
public final class SigningKeys {
  /** What is signed for who asks for no other (RFC 9701 section 6). */
  private static final String STANDARD = "RS256";

  private static final Comparator<SigningKey> BY_START =
      Comparator.comparing(
          key -> key.life().useFrom(), Comparator.nullsFirst(Comparator.naturalOrder()));

  private final List<SigningKey> keys;

  public SigningKeys(List<SigningKey> keys) {
    this.keys = List.copyOf(keys);
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * The key that signs by an algorithm at a time: of those whose life holds then, the one whose use
   * began last; of several, the first.
   */
  public Optional<SigningKey> at(String alg, Instant now) {
    SigningKey found = null;
    for (SigningKey key : keys) {
      if (key.alg().equals(alg)
          && key.life().holds(now)
          && (found == null || BY_START.compare(key, found) > 0)) {
        found = key;
      }
    }
    return Optional.ofNullable(found);
  }

  /** The algorithms, each once, in the order of the keys. */
  public List<String> algs() {
    return keys.stream().map(SigningKey::alg).distinct().toList();
  }

  /**
   * RS256 where a key is for it, otherwise the first key's; not to be asked where none is there.
   */
  public String standardAlg() {
    List<String> algs = algs();
    return algs.contains(STANDARD) ? STANDARD : algs.get(0);
  }

  /** The JWK Set (RFC 7517 section 5) of all public halves, as UTF-8. */
  public byte[] jwks() {
    List<Map<String, Object>> published = keys.stream().map(SigningKey::published).toList();
    return Json.canonical(Json.object(Map.of("keys", published))).getBytes(StandardCharsets.UTF_8);
  }
}
