package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every key of a configuration, in order, by its path and by its variable's name. */
final class Outline {
  /** What stands for an index in the name of a variable. */
  static final String INDEX = "<n>";

  /**
   * One key.
   *
   * @param path {@code grid.seal_keys[].secret}
   * @param variable {@code RESCIND_GRID_SEAL_KEYS_<n>_SECRET}
   */
  record Entry(String path, String variable, Shape.Key key) {}

  private final List<Entry> entries = new ArrayList<>();

  private Outline() {}

  static List<Entry> of(Shape.Section root) {
    Outline outline = new Outline();
    outline.add(root, "", Variables.PREFIX);
    return List.copyOf(outline.entries);
  }

  private void add(Shape.Section section, String path, String prefix) {
    for (Shape.Key key : section.keys()) {
      Entry entry = new Entry(path + key.name(), prefix + key.name().toUpperCase(Locale.ROOT), key);
      entries.add(entry);
      if (key.shape() instanceof Shape.Section within) {
        add(within, entry.path() + ".", entry.variable() + "_");
      } else if (key.shape() instanceof Shape.ListOf list
          && list.element() instanceof Shape.Section within) {
        add(within, entry.path() + "[].", entry.variable() + "_" + INDEX + "_");
      }
    }
  }
}
