package dev.rescind.revocation;

import org.jspecify.annotations.Nullable;

/**
 * {@code issued_before}: the revocation covers what was issued at or before this second, or
 * everything. What carries no {@code iat} is covered by any cutoff.
 *
 * @param second since the epoch; {@link Long#MAX_VALUE} is always
 */
public record Cutoff(long second) implements Comparable<Cutoff> {
  public static final Cutoff ALWAYS = new Cutoff(Long.MAX_VALUE);

  public boolean isAlways() {
    return second == Long.MAX_VALUE;
  }

  public boolean covers(@Nullable Long iat) {
    return iat == null || iat <= second;
  }

  @Override
  public int compareTo(Cutoff other) {
    return Long.compare(second, other.second);
  }
}
