package dev.rescind.platform.identity;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A caller as the configuration knows it. What is not listed is not allowed.
 *
 * @param clientId its OAuth 2.0 client identifier
 * @param answers what it is told
 */
public record Identity(
    String clientId,
    Set<Right> rights,
    Limits limits,
    StalePolicy stalePolicy,
    AnswerPolicy answers) {

  /**
   * How far the rights reach.
   *
   * @param audiences only credentials for one of these are seen; null: all
   * @param issuers only credentials and targets of these issuers; null: of all
   * @param iss the issuer of what the identity registers without naming one
   */
  public record Limits(
      @Nullable List<String> audiences, @Nullable List<String> issuers, @Nullable String iss) {
    public Limits {
      audiences = audiences == null ? null : List.copyOf(audiences);
      issuers = issuers == null ? null : List.copyOf(issuers);
    }
  }

  public Identity {
    if (clientId.isEmpty() || clientId.length() > 255 || !isVisible(clientId)) {
      throw new IllegalArgumentException(
          "client_id must have 1 to 255 visible US-ASCII characters");
    }
    rights = Set.copyOf(rights);
  }

  /**
   * Reads an identity as it is configured.
   *
   * @throws IllegalArgumentException that names the key
   */
  public static Identity parse(
      String clientId, List<String> rights, Limits limits, StalePolicy stalePolicy) {
    Set<Right> parsed = EnumSet.noneOf(Right.class);
    for (String right : rights) {
      parsed.add(
          Right.parse(right)
              .orElseThrow(
                  () -> new IllegalArgumentException("rights holds an unknown right: " + right)));
    }
    return new Identity(clientId, parsed, limits, stalePolicy, AnswerPolicy.PLAIN);
  }

  /** The same caller, told otherwise. */
  public Identity told(AnswerPolicy other) {
    return new Identity(clientId, rights, limits, stalePolicy, other);
  }

  /** The same, with those rights alone that are also among these. */
  public Identity within(Set<Right> granted) {
    Set<Right> both = EnumSet.noneOf(Right.class);
    both.addAll(rights);
    both.retainAll(granted);
    return new Identity(clientId, both, limits, stalePolicy, answers);
  }

  public boolean may(Right right) {
    return rights.contains(right);
  }

  /** Whether the rights reach what is of that issuer, or of none. */
  public boolean reaches(@Nullable String iss) {
    List<String> issuers = limits.issuers();
    return issuers == null || (iss != null && issuers.contains(iss));
  }

  /** Whether the rights reach what is for these audiences. */
  public boolean reachesAudience(List<String> aud) {
    List<String> audiences = limits.audiences();
    return audiences == null || aud.stream().anyMatch(audiences::contains);
  }

  private static boolean isVisible(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
  }

  @Override
  public String toString() {
    return "Identity[" + clientId + "]";
  }
}
