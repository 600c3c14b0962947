package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables {@code RESCIND_…}, each the name of a key in upper case with {@code _} for what
 * separates: {@code RESCIND_GRID_SEAL_KEYS_0_SECRET}. With {@code _FILE} at its end, a variable
 * names a file that holds the value. What the environment says stands over what the file says.
 */
final class Environment {
  private static final String FILE = "_FILE";

  private final Map<String, String> variables = new TreeMap<>();
  private final FileValues files;
  private final Problems problems;

  Environment(Map<String, String> all, Problems problems, FilesRead read) {
    all.forEach(
        (name, value) -> {
          if (name.startsWith(Variables.PREFIX)) {
            variables.put(name, value);
          }
        });
    this.files = new FileValues(problems, read);
    this.problems = problems;
  }

  /** The mapping with what the environment says. */
  Node.Members over(Shape.Section root, Node.Members given) {
    for (String unknown : Variables.unknown(variables, root)) {
      problems.add(
          Names.shown(unknown),
          "is not a known variable"
              + Variables.meant(unknown, root)
                  .map(name -> ": did you mean " + name + "?")
                  .orElse(""));
    }
    return section(root, given, "RESCIND", "");
  }

  private Node.Members section(
      Shape.Section section, Node.Members given, String variable, String path) {
    Map<String, Node> result = new LinkedHashMap<>(given.members());
    for (Shape.Key key : section.keys()) {
      Node node =
          value(
              key.shape(),
              given.members().get(key.name()),
              variable + "_" + key.name().toUpperCase(Locale.ROOT),
              path + key.name());
      if (node != null) {
        result.put(key.name(), node);
      }
    }
    return new Node.Members(result, given.where());
  }

  private @Nullable Node value(Shape shape, @Nullable Node given, String variable, String path) {
    if (shape instanceof Shape.Scalar) {
      Node own = own(shape, variable, path);
      return own == null ? given : own;
    }
    if (shape instanceof Shape.ListOf list) {
      Node own = list.element() instanceof Shape.Scalar ? own(shape, variable, path) : null;
      return elements(list.element(), own == null ? given : own, variable, path);
    }
    if (given != null && !(given instanceof Node.Members)) {
      return given;
    }
    Node.Members members =
        given instanceof Node.Members present
            ? present
            : new Node.Members(Map.of(), variable + "_*");
    Node.Members over =
        shape instanceof Shape.Section section
            ? section(section, members, variable, path + ".")
            : texts(members, variable + "_", path + ".");
    return given == null && over.members().isEmpty() ? null : over;
  }

  private @Nullable Node elements(
      Shape element, @Nullable Node given, String variable, String path) {
    NavigableSet<Integer> indexes = indexes(variable);
    if (indexes.isEmpty() || (given != null && !(given instanceof Node.Items))) {
      return given;
    }
    String where = given == null ? variable + "_*" : given.where();
    List<Node> items =
        given instanceof Node.Items present ? new ArrayList<>(present.items()) : new ArrayList<>();
    for (int index : indexes) {
      String name = variable + "_" + index;
      if (index > items.size()) {
        problems.add(
            name + "_*", path + " has " + items.size() + " elements: the next is " + items.size());
        break;
      }
      Node present = index < items.size() ? items.get(index) : null;
      Node over = value(element, present, name, path + "[" + index + "]");
      if (over != null && present != null) {
        items.set(index, over);
      } else if (over != null) {
        items.add(over);
      }
    }
    return new Node.Items(items, where);
  }

  private NavigableSet<Integer> indexes(String variable) {
    Pattern pattern = Pattern.compile(Pattern.quote(variable) + "_(0|[1-9][0-9]{0,3})(_.*)?");
    NavigableSet<Integer> indexes = new TreeSet<>();
    for (String name : variables.keySet()) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        indexes.add(Integer.parseInt(matcher.group(1)));
      }
    }
    return indexes;
  }

  private Node.Members texts(Node.Members given, String prefix, String path) {
    Map<String, Node> result = new LinkedHashMap<>(given.members());
    NavigableSet<String> names = new TreeSet<>();
    for (String name : variables.keySet()) {
      names.add(name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name);
    }
    for (String variable : names) {
      if (variable.startsWith(prefix)) {
        String key = variable.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.');
        Node own = own(new Shape.Scalar(String.class), variable, path + key);
        if (own != null) {
          result.put(key, own);
        }
      }
    }
    return new Node.Members(result, given.where());
  }

  /** What the variable of that name, or the file that its twin names, says. */
  private @Nullable Node own(Shape shape, String variable, String path) {
    String text = variables.get(variable);
    String file = variables.get(variable + FILE);
    if (text != null && file != null) {
      problems.add(variable, "and " + variable + FILE + " cannot both be given");
      return new Node.Unusable(variable);
    }
    if (file != null) {
      return files.content(shape, file, path + FileValues.SUFFIX, variable + FILE);
    }
    if (text == null) {
      return null;
    }
    return shape instanceof Shape.ListOf
        ? list(text, variable)
        : new Node.Text(text, Node.Spelling.ANY, variable);
  }

  /** Commas separate, but not where they stand between the parameters of an argon2id hash. */
  private static Node list(String text, String variable) {
    List<Node> items = new ArrayList<>();
    if (!text.isBlank()) {
      for (String item : text.split(",(?![tp]=[0-9]+[,$])", -1)) {
        items.add(new Node.Text(item.strip(), Node.Spelling.ANY, variable));
      }
    }
    return new Node.Items(items, variable);
  }
}
