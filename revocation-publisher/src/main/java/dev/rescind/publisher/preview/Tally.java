package dev.rescind.publisher.preview;

import dev.rescind.credential.Credential;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import dev.rescind.revocation.TargetKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Counts, of the credentials that it is shown, those that a revocation would hit. */
public final class Tally {
  static final int MAX_SAMPLE = 10;
  static final int MAX_CLIENTS = 1_000;

  /**
   * Which credentials count.
   *
   * @param alreadyRevoked by a fact in force
   * @param visible what may be shown of single ones
   */
  public record Question(
      Target target,
      Cutoff cutoff,
      long nowSeconds,
      Predicate<Credential> alreadyRevoked,
      Predicate<Credential> visible) {}

  private final Question question;
  private final Set<TargetKey> keys;
  private final Map<String, Integer> byType = new TreeMap<>();
  private final Map<String, Integer> byClient = new TreeMap<>();
  private final List<Credential> sample = new ArrayList<>();
  private int registered;
  private int recentlySeen;

  public Tally(Question question) {
    this.question = question;
    this.keys = new HashSet<>(question.target().keys());
  }

  /** Looks at one that is registered. */
  public void registered(Credential credential) {
    if (isHit(credential)) {
      registered++;
      count(credential);
    }
  }

  /** Looks at one that some node verified not long ago. */
  public void recentlySeen(Credential credential) {
    if (isHit(credential)) {
      recentlySeen++;
      count(credential);
    }
  }

  private boolean isHit(Credential credential) {
    Long exp = credential.validity().exp();
    return (exp == null || question.nowSeconds() < exp)
        && question.cutoff().covers(credential.validity().iat())
        && Target.keysOf(credential).stream().anyMatch(keys::contains)
        && !question.alreadyRevoked().test(credential);
  }

  private void count(Credential credential) {
    byType.merge(credential.type().wireName(), 1, Integer::sum);
    if (!question.visible().test(credential)) {
      return;
    }
    String client = credential.names().clientId();
    if (client != null && (byClient.size() < MAX_CLIENTS || byClient.containsKey(client))) {
      byClient.merge(client, 1, Integer::sum);
    }
    if (sample.size() < MAX_SAMPLE) {
      sample.add(credential);
    }
  }

  public int registered() {
    return registered;
  }

  public int recentlySeen() {
    return recentlySeen;
  }

  public Map<String, Integer> byType() {
    return byType;
  }

  /** Of those that may be shown. */
  public Map<String, Integer> byClient() {
    return byClient;
  }

  /** Some of those that may be shown. */
  public List<Credential> sample() {
    return List.copyOf(sample);
  }
}
