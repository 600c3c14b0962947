package dev.rescind.system;

import dev.rescind.platform.identity.Right;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An identity of test clusters.
 *
 * @param audiences null: sees all
 */
public record Caller(
    String name, List<String> rights, @Nullable List<String> audiences, @Nullable String iss) {
  /** Introspects, and sees all. */
  static final Caller CALLER = new Caller("caller", List.of("introspect"), null, null);

  /** A resource server with one audience. */
  static final Caller RESOURCE_SERVER =
      new Caller("rs", List.of("introspect"), List.of("https://api.example"), null);

  /** Registers, and sees what it registered. */
  static final Caller AUTHORIZATION_SERVER =
      new Caller(
          "as", List.of("introspect", "register", "revoke:own"), List.of(), "https://as.example");

  /** Another one. */
  static final Caller OTHER_SERVER =
      new Caller(
          "other",
          List.of("introspect", "register", "revoke:own"),
          List.of(),
          "https://as.example");

  /** May do everything. */
  static final Caller ADMIN =
      new Caller("admin", Arrays.stream(Right.values()).map(Right::wireName).toList(), null, null);

  /** Introspects, sees all, and takes answers of a stale node. */
  static final Caller STALE_TAKER = new Caller("stale-taker", List.of("introspect"), null, null);

  /** May do nothing. */
  static final Caller NOBODY = new Caller("nobody", List.of(), null, null);

  static final List<Caller> ALL =
      List.of(
          CALLER, RESOURCE_SERVER, AUTHORIZATION_SERVER, OTHER_SERVER, ADMIN, STALE_TAKER, NOBODY);

  public String clientId() {
    return "test-" + name;
  }

  public String secret() {
    return "a secret: of %/+ " + name;
  }

  /** The value of {@code Authorization}, the secret as it is. */
  public String basic() {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((clientId() + ":" + secret()).getBytes(StandardCharsets.UTF_8));
  }

  /** The member of the configuration that lets it in. */
  String yaml() {
    StringBuilder identity = new StringBuilder();
    identity.append("identities: [{client_id: ").append(clientId());
    identity.append(", secret_hashes: [").append(ClusterConfig.quoted(secretHash()));
    identity.append("], rights: ").append(list(rights));
    if (audiences != null) {
      identity.append(", audiences: ").append(list(audiences));
    }
    if (iss != null) {
      identity.append(", iss: ").append(ClusterConfig.quoted(iss));
    }
    if (equals(STALE_TAKER)) {
      identity.append(", stale_policy: serve");
    }
    return identity.append("}]").toString();
  }

  private static String list(List<String> texts) {
    return texts.stream().map(ClusterConfig::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** The hash of its secret, as identities are configured with. */
  public String secretHash() {
    return hash(secret());
  }

  private static String hash(String secret) {
    byte[] salt = "a salt of sixteen".getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(secret.toCharArray(), salt, 1_000, 256))
              .getEncoded();
      Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
      return "$pbkdf2-sha256$i=1000$"
          + base64.encodeToString(salt)
          + "$"
          + base64.encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
