package dev.rescind.publisher.apikey;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.Json;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An API key as it is registered: the key itself is not known. */
public record ApiKey(Credential credential, About about) {

  /**
   * What is said of a key beside its claims, in the member {@link #MEMBER} of its credential.
   *
   * @param name for people
   * @param hint the key's beginning
   * @param replaces the key that this one is the successor of
   */
  public record About(
      @Nullable String name, @Nullable String hint, @Nullable Replacement replaces) {

    ObjectNode toJson() {
      ObjectNode json = Json.object();
      if (name != null) {
        json.put("name", name);
      }
      if (hint != null) {
        json.put("hint", hint);
      }
      if (replaces != null) {
        json.putObject("replaces")
            .put("fingerprint", replaces.key().toString())
            .put("ends_at", replaces.endsAt())
            .put("actor", replaces.actor());
      }
      return json;
    }
  }

  /**
   * That a key ends because another takes its place.
   *
   * @param endsAt in seconds since the epoch
   * @param actor who asked for it
   */
  public record Replacement(Fingerprint key, long endsAt, String actor) {}

  /** The member of a credential that says what is said of a key; registrations cannot have it. */
  public static final String MEMBER = "api_key";

  /** The key that a credential is; empty where it is something else. */
  static Optional<ApiKey> of(Credential credential) {
    if (credential.type() != CredentialType.API_KEY) {
      return Optional.empty();
    }
    JsonNode said =
        Json.parseObject(credential.members()).map(all -> all.path(MEMBER)).orElse(Json.object());
    return Optional.of(
        new ApiKey(
            credential,
            new About(text(said, "name"), text(said, "hint"), replacement(said.path("replaces")))));
  }

  private static @Nullable Replacement replacement(JsonNode said) {
    String key = text(said, "fingerprint");
    String actor = text(said, "actor");
    Fingerprint fingerprint = key == null ? null : Fingerprint.parse(key).orElse(null);
    return fingerprint == null || actor == null || !said.path("ends_at").isIntegralNumber()
        ? null
        : new Replacement(fingerprint, said.path("ends_at").longValue(), actor);
  }

  private static @Nullable String text(JsonNode said, String name) {
    JsonNode node = said.get(name);
    return node == null ? null : node.textValue();
  }

  public Fingerprint fingerprint() {
    return credential.fingerprint();
  }

  /** When it was issued, in seconds since the epoch. */
  long iat() {
    Long iat = credential.validity().iat();
    return iat == null ? 0 : iat;
  }

  public boolean isExpired(Instant now) {
    Long exp = credential.validity().exp();
    return exp != null && exp <= now.getEpochSecond();
  }

  public boolean isOf(String clientId) {
    return clientId.equals(credential.binding().registeredBy());
  }

  @Override
  public String toString() {
    return "ApiKey[" + fingerprint() + "]";
  }
}
