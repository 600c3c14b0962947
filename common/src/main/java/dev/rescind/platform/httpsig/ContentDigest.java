package dev.rescind.platform.httpsig;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code Content-Digest} says of a body (RFC 9530 section 2), by SHA-256, SHA-512 or both. */
public final class ContentDigest {
  /** The field's name. */
  public static final String FIELD = "content-digest";

  private static final Map<String, String> ALGORITHMS =
      Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

  private final Map<String, byte[]> digests;

  private ContentDigest(Map<String, byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Parses the field's lines. Digests by other algorithms are passed over (section 2).
   *
   * @return empty where the field is broken, or has no digest by a known algorithm
   */
  public static Optional<ContentDigest> parse(List<String> lines) {
    return FieldReader.dictionary(lines).flatMap(ContentDigest::of);
  }

  private static Optional<ContentDigest> of(Map<String, FieldMember> members) {
    Map<String, byte[]> digests = new LinkedHashMap<>();
    for (Map.Entry<String, FieldMember> member : members.entrySet()) {
      if (!(member.getValue() instanceof FieldMember.Item item)
          || !(item.value() instanceof BareItem.Bytes bytes)) {
        return Optional.empty();
      }
      String algorithm = ALGORITHMS.get(member.getKey());
      if (algorithm != null) {
        digests.put(algorithm, bytes.value());
      }
    }
    return digests.isEmpty() ? Optional.empty() : Optional.of(new ContentDigest(digests));
  }

  /** Whether every known digest is that of the body. */
  public boolean matches(byte[] body) {
    boolean all = true;
    for (Map.Entry<String, byte[]> digest : digests.entrySet()) {
      all &= MessageDigest.isEqual(digest.getValue(), computed(digest.getKey(), body));
    }
    return all;
  }

  private static byte[] computed(String algorithm, byte[] body) {
    try {
      return MessageDigest.getInstance(algorithm).digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  @Override
  public String toString() {
    return "ContentDigest" + digests.keySet();
  }
}
