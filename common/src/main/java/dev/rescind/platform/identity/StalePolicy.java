package dev.rescind.platform.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller gets from a node that cannot prove any more that it is up to date. */
public enum StalePolicy {
  /** 503. */
  REFUSE,
  /** An answer by what the node has, which says that it is stale. */
  SERVE;

  /** As the configuration spells it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<StalePolicy> parse(String text) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(text)).findFirst();
  }
}
