package dev.rescind.publisher.register;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.credential.PresentedToken;
import dev.rescind.platform.json.AnswerMembers;
import dev.rescind.platform.json.Json;
import dev.rescind.publisher.revoke.FieldErrors;
import dev.rescind.publisher.revoke.Members;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One credential to be registered, checked; of the token only digests are left.
 *
 * @param defaulted the members that the request left to their defaults: they are not compared when
 *     the same registration comes again
 */
public record Registration(Credential credential, Set<String> defaulted) {
  private static final int MIN_TOKEN = 20;
  private static final int MAX_MEMBERS_BYTES = 8 * 1024;
  private static final int MAX_AUDIENCES = 64;
  private static final String API_KEY = "api_key";
  private static final List<String> TIMES = List.of("exp", "iat", "nbf", "auth_time");
  private static final int MAX_FUTURE_SECONDS = 60;
  private static final List<String> TEXTS =
      List.of("iss", "sub", "client_id", "username", "token_type", "jti", "sid", "grant_id", "acr");

  public Registration {
    defaulted = Set.copyOf(defaulted);
  }

  /** Who registers, and the issuer that stands where none is given. */
  public record Registrant(String clientId, @Nullable String iss) {}

  /** Parses a body; null when {@code errors} has been told why not. */
  public static @Nullable Registration parse(
      ObjectNode body, Registrant registrant, Instant now, FieldErrors errors) {
    return parse(body, null, registrant, now, errors);
  }

  /**
   * The registration of an API key that was made here; null when {@code errors} has been told why
   * not.
   *
   * @param claims as a registration has them, without what names the credential and its type
   * @param about what the member {@code api_key} says of it
   */
  public static @Nullable Registration ofApiKey(
      String key,
      ObjectNode claims,
      ObjectNode about,
      Registrant registrant,
      Instant now,
      FieldErrors errors) {
    ObjectNode body = claims.deepCopy();
    body.put("token", key).put("type", CredentialType.API_KEY.wireName());
    return parse(body, about, registrant, now, errors);
  }

  private static @Nullable Registration parse(
      ObjectNode body,
      @Nullable ObjectNode about,
      Registrant registrant,
      Instant now,
      FieldErrors errors) {
    Members members = new Members(body, "", errors);
    Named named = named(members);
    CredentialType type = type(members);
    ObjectNode claims = claims(body, members);
    if (claims.path("iat").asLong() > now.getEpochSecond() + MAX_FUTURE_SECONDS) {
      members.error("iat", "must not be more than " + MAX_FUTURE_SECONDS + " s in the future");
    }
    if (about != null) {
      claims.set(API_KEY, about);
    }
    Set<String> defaulted = new HashSet<>();
    if (!claims.has("iss") && registrant.iss() != null) {
      claims.put("iss", registrant.iss());
      defaulted.add("iss");
    }
    if (!claims.has("iat")) {
      claims.put("iat", now.getEpochSecond());
      defaulted.add("iat");
    }
    List<String> aud = audiences(claims, members);
    String bound = boundCertificate(claims, members);
    if (!errors.isEmpty() || named == null || type == null) {
      return null;
    }
    String answer = answer(type, claims, members);
    if (answer == null) {
      return null;
    }
    String certificate =
        type == CredentialType.CERTIFICATE ? named.fingerprint().toString() : bound;
    return new Registration(
        new Credential(
            type,
            named.fingerprint(),
            new Credential.Names(
                text(claims, "iss"),
                text(claims, "sub"),
                text(claims, "client_id"),
                text(claims, "jti"),
                text(claims, "sid"),
                text(claims, "grant_id")),
            new Credential.Validity(
                // What is registered now was issued by now, whatever its issuer's clock says.
                Math.min(now.getEpochSecond(), claims.path("iat").asLong()),
                second(claims, "nbf"),
                second(claims, "exp")),
            new Credential.Binding(null, null, certificate, registrant.clientId(), named.digest()),
            aud,
            answer),
        defaulted);
  }

  /** Whether this says of its credential what {@code registered} says, defaults aside. */
  public boolean sameAs(Credential registered) {
    return credential.type() == registered.type()
        && Objects.equals(credential.fingerprint(), registered.fingerprint())
        && comparable(credential.members()).equals(comparable(registered.members()));
  }

  private ObjectNode comparable(String members) {
    ObjectNode object =
        Json.parseObject(members)
            .orElseThrow(() -> new IllegalStateException("members are a JSON object"));
    object.remove(defaulted);
    return object;
  }

  private record Named(Fingerprint fingerprint, @Nullable Fingerprint digest) {}

  private static @Nullable Named named(Members members) {
    if (members.has("token") == members.has("fingerprint")) {
      members.error("token", "name the credential by exactly one of: token; fingerprint");
      return null;
    }
    if (members.has("fingerprint")) {
      Fingerprint fingerprint = members.digest("fingerprint");
      return fingerprint == null ? null : new Named(fingerprint, null);
    }
    String text = members.text("token", PresentedToken.MAX_LENGTH);
    if (text == null) {
      return null;
    }
    PresentedToken token = PresentedToken.parse(text).orElse(null);
    if (token == null) {
      members.error("token", "is not spelled like a credential (visible US-ASCII characters)");
      return null;
    }
    if (text.length() < MIN_TOKEN) {
      members.error("token", "must have at least " + MIN_TOKEN + " characters");
      return null;
    }
    if (!(token instanceof PresentedToken.Jwt) && !TokenEntropy.isEnough(text)) {
      members.error(
          "token",
          "is too easy to guess: must have some "
              + TokenEntropy.MIN_BITS
              + " bits of entropy, by an estimate from its characters");
      return null;
    }
    return new Named(
        token.fingerprint(), token instanceof PresentedToken.Jwt ? token.digest() : null);
  }

  private static @Nullable CredentialType type(Members members) {
    String text = members.requiredText("type");
    if (text == null) {
      return null;
    }
    CredentialType type = CredentialType.parse(text).orElse(null);
    if (type == null) {
      members.error(
          "type",
          "must be access_token, refresh_token, api_key, id_token, hmac_key or certificate");
    }
    return type;
  }

  /** All members but those that name the credential, with times as seconds. */
  private static ObjectNode claims(ObjectNode body, Members members) {
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      String name = member.getKey();
      if (name.equals("active") || name.equals(API_KEY)) {
        members.error(name, "is reserved");
      } else if (!Set.of("token", "fingerprint", "type").contains(name)
          && !member.getValue().isNull()) {
        claims.set(name, member.getValue());
      }
    }
    for (String name : TEXTS) {
      members.text(name);
    }
    for (String name : TIMES) {
      Instant time = members.time(name);
      if (time != null) {
        boolean up = name.equals("nbf") && time.getNano() > 0;
        claims.put(name, time.getEpochSecond() + (up ? 1 : 0));
      }
    }
    JsonNode scope = claims.get("scope");
    if (scope != null && AnswerMembers.scopeText(scope) == null) {
      members.error("scope", "must be a text of space-separated scopes");
    }
    for (String name : List.of("cnf", "act")) {
      if (claims.has(name) && !claims.get(name).isObject()) {
        members.error(name, "must be an object");
      }
    }
    checkAll(claims, "amr", JsonNode::isTextual, "must be an array of texts", members);
    checkAll(
        claims,
        "authorization_details",
        JsonNode::isObject,
        "must be an array of objects",
        members);
    JsonNode jkt = claims.path("cnf").get("jkt");
    if (jkt != null
        && !(jkt.isTextual() && Fingerprint.parseThumbprint(jkt.textValue()).isPresent())) {
      members.error("cnf.jkt", "must be a SHA-256 thumbprint, 43 characters");
    }
    return claims;
  }

  private static void checkAll(
      ObjectNode claims, String name, Predicate<JsonNode> good, String message, Members members) {
    JsonNode node = claims.get(name);
    if (node != null) {
      boolean all = node.isArray();
      for (JsonNode one : node) {
        all &= good.test(one);
      }
      if (!all) {
        members.error(name, message);
      }
    }
  }

  private static List<String> audiences(ObjectNode claims, Members members) {
    JsonNode node = claims.get("aud");
    List<String> audiences = new ArrayList<>();
    if (node == null) {
      return audiences;
    }
    boolean good = node.isTextual() || (node.isArray() && node.size() <= MAX_AUDIENCES);
    for (JsonNode one : node.isArray() ? node : List.of(node)) {
      good &= one.isTextual() && one.textValue().length() <= Members.MAX_TEXT;
      audiences.add(one.asText());
    }
    if (!good) {
      members.error("aud", "must be a text or an array of at most " + MAX_AUDIENCES + " texts");
    }
    return audiences;
  }

  private static @Nullable String boundCertificate(ObjectNode claims, Members members) {
    JsonNode thumbprint = claims.path("cnf").get("x5t#S256");
    if (thumbprint == null) {
      return null;
    }
    Fingerprint parsed =
        thumbprint.isTextual()
            ? Fingerprint.parseThumbprint(thumbprint.textValue()).orElse(null)
            : null;
    if (parsed == null) {
      members.error("cnf.x5t#S256", "must be a SHA-256 thumbprint, 43 characters");
      return null;
    }
    return parsed.toString();
  }

  private static @Nullable String answer(CredentialType type, ObjectNode claims, Members members) {
    String answer = AnswerMembers.of(type, claims);
    if (answer.getBytes(StandardCharsets.UTF_8).length > MAX_MEMBERS_BYTES) {
      members.error("", "all members together have at most " + MAX_MEMBERS_BYTES + " bytes");
      return null;
    }
    return answer;
  }

  private static @Nullable String text(ObjectNode claims, String name) {
    JsonNode node = claims.get(name);
    return node == null ? null : node.textValue();
  }

  private static @Nullable Long second(ObjectNode claims, String name) {
    JsonNode node = claims.get(name);
    return node == null ? null : node.longValue();
  }
}
