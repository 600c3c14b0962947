package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the content of files where the configuration names them: {@code secret_file: PATH} for
 * {@code secret}. A list's file holds one element a line.
 */
final class FileValues {
  static final String SUFFIX = "_file";

  private final Problems problems;
  private final FilesRead read;

  FileValues(Problems problems, FilesRead read) {
    this.problems = problems;
    this.read = read;
  }

  Node.Members in(Shape.Section section, Node.Members given, String path) {
    Map<String, Node> result = new LinkedHashMap<>(given.members());
    for (Shape.Key key : section.keys()) {
      String fileKey = key.name() + SUFFIX;
      Node file = result.get(fileKey);
      if (file != null && key.canBeInFile() && section.key(fileKey).isEmpty()) {
        result.remove(fileKey);
        put(result, key.name(), content(key.shape(), file, path + fileKey), path);
      }
      result.computeIfPresent(key.name(), (name, node) -> within(key.shape(), node, path + name));
    }
    return new Node.Members(result, given.where());
  }

  private Node within(Shape shape, Node node, String path) {
    if (shape instanceof Shape.Section section && node instanceof Node.Members members) {
      return in(section, members, path + ".");
    }
    if (shape instanceof Shape.ListOf list && node instanceof Node.Items items) {
      List<Node> result = new ArrayList<>();
      for (Node item : items.items()) {
        result.add(within(list.element(), item, path + "[" + result.size() + "]"));
      }
      return new Node.Items(result, node.where());
    }
    if (shape instanceof Shape.Texts && node instanceof Node.Members members) {
      return inTexts(members, path + ".");
    }
    return node;
  }

  private Node inTexts(Node.Members given, String path) {
    Map<String, Node> result = new LinkedHashMap<>(given.members());
    given
        .members()
        .forEach(
            (name, file) -> {
              if (name.endsWith(SUFFIX)) {
                result.remove(name);
                String key = name.substring(0, name.length() - SUFFIX.length());
                put(result, key, content(new Shape.Scalar(String.class), file, path + name), path);
              }
            });
    return new Node.Members(result, given.where());
  }

  private void put(Map<String, Node> members, String key, Node content, String path) {
    if (members.putIfAbsent(key, content) != null) {
      String shown = path + Names.shown(key);
      problems.add(content.where(), shown + " and " + shown + SUFFIX + " cannot both be given");
    }
  }

  private Node content(Shape shape, Node file, String path) {
    if (file instanceof Node.Unusable) {
      return file;
    }
    if (file instanceof Node.Text text && text.spelling() == Node.Spelling.TEXT) {
      return content(shape, text.text(), path, file.where());
    }
    problems.add(file.where(), path + " must be the path of a file");
    return new Node.Unusable(file.where());
  }

  /** What a file holds, as a value of that shape. */
  Node content(Shape shape, String file, String path, String where) {
    String text;
    try {
      text = ValueFile.read(file, read);
    } catch (ValueFile.UnreadableException e) {
      problems.add(where, path + " names a file that " + e.getMessage());
      return new Node.Unusable(where);
    }
    if (text.isEmpty()) {
      problems.add(where, path + " names a file that is empty");
      return new Node.Unusable(where);
    }
    if (shape instanceof Shape.ListOf) {
      return new Node.Items(
          text.lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .<Node>map(line -> new Node.Text(line, Node.Spelling.ANY, where))
              .toList(),
          where);
    }
    return new Node.Text(text, Node.Spelling.ANY, where);
  }
}
