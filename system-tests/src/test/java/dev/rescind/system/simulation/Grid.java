package dev.rescind.system.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Registered credentials, as the nodes' grid holds them: one map while the grid is whole, one a
 * side while it is split. When it merges, what either side holds is there.
 */
final class Grid {
  private final List<Set<String>> sides =
      Stream.<Set<String>>of(new HashSet<>(), new HashSet<>()).toList();
  private final boolean[] onOther;

  Grid(int nodes) {
    onOther = new boolean[nodes];
  }

  void put(String text) {
    sides.forEach(side -> side.add(text));
  }

  boolean holds(int node, String text) {
    return sides.get(onOther[node] ? 1 : 0).contains(text);
  }

  private boolean isWhole() {
    return IntStream.range(0, onOther.length).noneMatch(node -> onOther[node]);
  }

  /** Takes a credential out, for one who reaches the first side. */
  void delete(String text) {
    sides.get(0).remove(text);
    if (isWhole()) {
      sides.get(1).remove(text);
    }
  }

  void split(int node) {
    onOther[node] = true;
  }

  void merge() {
    Set<String> all = new HashSet<>(sides.get(0));
    all.addAll(sides.get(1));
    for (int node = 0; node < onOther.length; node++) {
      onOther[node] = false;
    }
    sides.forEach(side -> side.addAll(all));
  }
}
