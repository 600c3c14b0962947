package dev.rescind.platform.jose;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Under which names an issuer's key material was ever seen by this process. What was seen longest
 * ago is forgotten first, beyond {@value #MAX_ENTRIES} pairs.
 */
final class KeyHistory {
  static final int MAX_ENTRIES = 10_000;

  private record Seen(String kid, String jkt) {}

  private record View(Map<String, Set<String>> byKid, Map<String, Set<String>> byJkt) {}

  private final LinkedHashSet<Seen> pairs = new LinkedHashSet<>();
  private volatile View view = new View(Map.of(), Map.of());

  synchronized void add(List<VerificationKey> keys) {
    List<Seen> seen = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (key.kid() != null && key.jkt() != null) {
        seen.add(new Seen(key.kid(), key.jkt()));
      }
    }
    boolean isNew = !pairs.containsAll(seen);
    for (Seen pair : seen) {
      pairs.remove(pair); // to the young end
      pairs.add(pair);
    }
    if (isNew) {
      var eldest = pairs.iterator();
      for (int excess = pairs.size() - MAX_ENTRIES; excess > 0; excess--) {
        eldest.next();
        eldest.remove();
      }
      Map<String, Set<String>> byKid = new HashMap<>();
      Map<String, Set<String>> byJkt = new HashMap<>();
      for (Seen pair : pairs) {
        byKid.computeIfAbsent(pair.kid(), none -> new HashSet<>()).add(pair.jkt());
        byJkt.computeIfAbsent(pair.jkt(), none -> new HashSet<>()).add(pair.kid());
      }
      byKid.replaceAll((kid, jkts) -> Set.copyOf(jkts));
      byJkt.replaceAll((jkt, kids) -> Set.copyOf(kids));
      view = new View(byKid, byJkt);
    }
  }

  Set<String> thumbprints(String kid) {
    return view.byKid().getOrDefault(kid, Set.of());
  }

  Set<String> kids(String jkt) {
    return view.byJkt().getOrDefault(jkt, Set.of());
  }
}
