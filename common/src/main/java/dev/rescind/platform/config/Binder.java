package dev.rescind.platform.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of nodes. Goes on after a problem, so that all are found: a record is made, with
 * what can stand in for what is unusable, for the sake of its own checks.
 */
final class Binder {
  /**
   * What became of a node.
   *
   * @param value null for what is absent, or unusable with nothing that could stand in
   * @param usable false where a problem was reported
   */
  private record Bound(@Nullable Object value, boolean usable) {}

  private final Map<String, String> places = new HashMap<>();
  private final Problems problems;

  Binder(Problems problems) {
    this.problems = problems;
  }

  /** The configuration; empty where there were problems. */
  Optional<ServiceConfig> bind(Shape.Section root, Node.Members given) {
    places.put("", given.where());
    Bound bound = section(root, given, "");
    return bound.usable() && bound.value() instanceof ServiceConfig config
        ? Optional.of(config)
        : Optional.empty();
  }

  /** Reports what a section's constructor refused: a line each, of a key and a message. */
  void refused(
      Shape.Section section, String path, IllegalArgumentException refusal, Set<String> broken) {
    for (String line : String.valueOf(refusal.getMessage()).split("\n", -1)) {
      String key = line.substring(0, Math.max(0, line.indexOf(' ')));
      String first = key.split("[.\\[]", 2)[0];
      boolean ofAll = section.key(first).isEmpty();
      if (ofAll ? !broken.isEmpty() : broken.contains(first)) {
        continue; // reported already, or may come of what was
      }
      // A constructor may name itself: relative to the section that holds it.
      String base =
          ofAll && path.endsWith(first + ".")
              ? path.substring(0, path.length() - first.length() - 1)
              : path;
      problems.add(place(base + key), base + line);
    }
  }

  /** Where a key is, or the nearest of those that it would be in. */
  private String place(String path) {
    String nearest = path;
    while (!places.containsKey(nearest)) {
      nearest =
          nearest.substring(
              0, Math.max(0, Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['))));
    }
    return places.getOrDefault(nearest, "");
  }

  private Bound value(Shape shape, Node node, String path) {
    places.put(path, node.where());
    if (node instanceof Node.Unusable) {
      return new Bound(null, false);
    }
    if (shape instanceof Shape.Scalar scalar && node instanceof Node.Text text) {
      return scalar(scalar, text, path);
    }
    if (shape instanceof Shape.ListOf list && node instanceof Node.Items items) {
      return list(list.element(), items, path);
    }
    if (shape instanceof Shape.Texts && node instanceof Node.Members members) {
      return texts(members, path);
    }
    if (shape instanceof Shape.Section section && node instanceof Node.Members members) {
      return section(section, members, path + ".");
    }
    boolean empty = node instanceof Node.Text text && text.spelling() == Node.Spelling.EMPTY;
    return unusable(
        node, path, empty ? "is empty: give it a value or leave it out" : "must be " + kind(shape));
  }

  private static String kind(Shape shape) {
    if (shape instanceof Shape.ListOf) {
      return "a list";
    }
    return shape instanceof Shape.Scalar ? "one value" : "keys with values (key: value)";
  }

  private Bound unusable(Node node, String path, String message) {
    problems.add(node.where(), path + " " + message);
    return new Bound(null, false);
  }

  private Bound scalar(Shape.Scalar scalar, Node.Text text, String path) {
    try {
      return new Bound(ScalarReader.read(scalar.type(), text), true);
    } catch (IllegalArgumentException e) {
      return unusable(text, path, String.valueOf(e.getMessage()));
    }
  }

  private Bound list(Shape element, Node.Items items, String path) {
    List<Object> values = new ArrayList<>();
    boolean usable = true;
    for (int i = 0; i < items.items().size(); i++) {
      Bound bound = value(element, items.items().get(i), path + "[" + i + "]");
      usable &= bound.usable();
      if (bound.usable() && bound.value() != null) {
        values.add(bound.value());
      }
    }
    return new Bound(values, usable);
  }

  private Bound texts(Node.Members members, String path) {
    Map<String, String> values = new LinkedHashMap<>();
    boolean usable = true;
    for (Map.Entry<String, Node> entry : members.members().entrySet()) {
      String key = path + "." + Names.shown(entry.getKey());
      places.put(path + "." + entry.getKey(), entry.getValue().where());
      if (entry.getValue() instanceof Node.Text text && text.spelling() != Node.Spelling.EMPTY) {
        values.put(entry.getKey(), text.text());
      } else {
        usable = false;
        if (!(entry.getValue() instanceof Node.Unusable)) {
          unusable(entry.getValue(), key, "must be one value");
        }
      }
    }
    return new Bound(values, usable);
  }

  private Bound section(Shape.Section section, Node.Members given, String path) {
    boolean usable = refuseUnknown(section, given, path);
    Set<String> broken = new HashSet<>();
    List<@Nullable Object> values = new ArrayList<>();
    for (Shape.Key key : section.keys()) {
      Node node = given.members().get(key.name());
      Bound bound =
          node == null ? absent(key, given, path) : value(key.shape(), node, path + key.name());
      if (!bound.usable()) {
        broken.add(key.name());
        usable = false;
      }
      values.add(bound.usable() || bound.value() != null ? bound.value() : standIn(key));
    }
    Object made = make(section, values, path, broken);
    return new Bound(made, usable && made != null);
  }

  private boolean refuseUnknown(Shape.Section section, Node.Members given, String path) {
    boolean known = true;
    for (Map.Entry<String, Node> entry : given.members().entrySet()) {
      if (section.key(entry.getKey()).isEmpty()) {
        known = false;
        String meant =
            meant(section, entry.getKey()).map(name -> ": did you mean " + name + "?").orElse("");
        problems.add(
            entry.getValue().where(),
            path + Names.shown(entry.getKey()) + " is not a known key" + meant);
      }
    }
    return known;
  }

  private static Optional<String> meant(Shape.Section section, String name) {
    Optional<String> deeper =
        Outline.of(section).stream()
            .map(Outline.Entry::path)
            .filter(path -> path.endsWith("." + name) && !path.contains("["))
            .findFirst();
    return deeper.or(
        () -> Names.closest(name, section.keys().stream().map(Shape.Key::name).toList()));
  }

  private Bound absent(Shape.Key key, Node.Members given, String path) {
    Object standIn = standIn(key);
    if (standIn == null && !key.optional() && key.shape() instanceof Shape.Section section) {
      return section(section, new Node.Members(Map.of(), given.where()), path + key.name() + ".");
    }
    return new Bound(standIn, true);
  }

  /** What a key is when it is not given; null where its record must decide. */
  private static @Nullable Object standIn(Shape.Key key) {
    if (key.standard() != null && key.shape() instanceof Shape.Scalar scalar) {
      return ScalarReader.read(
          scalar.type(), new Node.Text(key.standard(), Node.Spelling.ANY, "default"));
    }
    if (key.optional()) {
      return null;
    }
    if (key.shape() instanceof Shape.ListOf) {
      return List.of();
    }
    if (key.shape() instanceof Shape.Texts) {
      return Map.of();
    }
    return key.component().getType() == boolean.class ? false : null;
  }

  private @Nullable Object make(
      Shape.Section section, List<@Nullable Object> values, String path, Set<String> broken) {
    try {
      return constructor(section.type()).newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        refused(section, path, refusal, broken);
      } else if (broken.isEmpty()) {
        throw new IllegalStateException(section.type() + " cannot be made", e.getCause());
      }
      return null; // where something is broken, what else is thrown may come of it
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(section.type() + " has no constructor", e);
    }
  }

  private static Constructor<? extends Record> constructor(Class<? extends Record> type)
      throws NoSuchMethodException {
    return type.getDeclaredConstructor(
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new));
  }
}
