package dev.rescind.publisher.apikey;

import dev.rescind.credential.Credential;
import dev.rescind.credential.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The API keys of the topic of credentials, as a publisher has read them: what is listed. */
public final class ApiKeyRegister {
  /** A place in the list: newest first. */
  public record Place(long iat, Fingerprint fingerprint) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Long.compare(other.iat, iat);
      return order != 0 ? order : fingerprint.toString().compareTo(other.fingerprint.toString());
    }
  }

  /** A part of the list; {@code next} is the place to go on after, or null. */
  public record Page(List<ApiKey> items, @Nullable Place next) {}

  private final Map<Fingerprint, ApiKey> keys = new ConcurrentHashMap<>();
  private final ConcurrentNavigableMap<Place, ApiKey> inOrder = new ConcurrentSkipListMap<>();

  /** By the key that is replaced. */
  private final Map<Fingerprint, ApiKey> successors = new ConcurrentHashMap<>();

  private final int maxKeys;

  /**
   * @param maxKeys how many are kept; further ones are not listed, and none is made
   */
  public ApiKeyRegister(int maxKeys) {
    this.maxKeys = maxKeys;
  }

  /** Takes a registration, if it is of an API key: the first of a fingerprint counts. */
  public void add(Credential credential) {
    ApiKey.of(credential).ifPresent(this::add);
  }

  private synchronized void add(ApiKey key) {
    if (isFull() || keys.putIfAbsent(key.fingerprint(), key) != null) {
      return;
    }
    inOrder.put(new Place(key.iat(), key.fingerprint()), key);
    ApiKey.Replacement replaced = key.about().replaces();
    if (replaced != null) {
      successors.putIfAbsent(replaced.key(), key);
    }
  }

  public boolean isFull() {
    return keys.size() >= maxKeys;
  }

  public Optional<ApiKey> find(Fingerprint fingerprint) {
    return Optional.ofNullable(keys.get(fingerprint));
  }

  /**
   * The replacement that ends a key. It counts only where both keys are the same identity's: who
   * may register could else end another's.
   */
  public Optional<ApiKey.Replacement> replacement(ApiKey key) {
    return Optional.ofNullable(successors.get(key.fingerprint()))
        .filter(
            successor ->
                Objects.equals(
                    successor.credential().binding().registeredBy(),
                    key.credential().binding().registeredBy()))
        .map(successor -> successor.about().replaces());
  }

  /** The keys whose end by replacement has come. */
  public List<ApiKey> due(long nowSecond) {
    List<ApiKey> due = new ArrayList<>();
    for (Fingerprint replaced : successors.keySet()) {
      ApiKey key = keys.get(replaced);
      if (key != null && replacement(key).filter(one -> one.endsAt() <= nowSecond).isPresent()) {
        due.add(key);
      }
    }
    return due;
  }

  /** Those that match, newest first, after a place; from the first on where it is null. */
  public Page list(Predicate<ApiKey> filter, @Nullable Place after, int limit) {
    List<ApiKey> items = new ArrayList<>();
    ConcurrentNavigableMap<Place, ApiKey> rest =
        after == null ? inOrder : inOrder.tailMap(after, false);
    for (ApiKey key : rest.values()) {
      if (filter.test(key)) {
        if (items.size() == limit) {
          ApiKey last = items.get(limit - 1);
          return new Page(items, new Place(last.iat(), last.fingerprint()));
        }
        items.add(key);
      }
    }
    return new Page(items, null);
  }
}
