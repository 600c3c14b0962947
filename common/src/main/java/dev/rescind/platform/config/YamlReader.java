package dev.rescind.platform.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML file as nodes that know their lines: one document, one mapping, no key twice, and neither
 * anchors, aliases nor tags, which a configuration does not need and a reader can miss.
 */
final class YamlReader {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 16;

  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS).build();

  private final String file;
  private final YAMLParser parser;
  private final Problems problems;

  private YamlReader(String file, YAMLParser parser, Problems problems) {
    this.file = file;
    this.parser = parser;
    this.problems = problems;
  }

  /**
   * The mapping that a file holds; as much of it as could be read, where there were problems.
   *
   * @param file its name, for problems
   */
  static Node.Members read(String file, String yaml, Problems problems) {
    try (YAMLParser parser = YAML.createParser(yaml)) {
      return new YamlReader(file, parser, problems).document();
    } catch (JsonProcessingException e) {
      // Its message quotes the file.
      JsonLocation at = e.getLocation();
      boolean known = at != null && at.getLineNr() > 1;
      problems.add(
          known ? file + ", line " + at.getLineNr() : file, "is not valid YAML from here on");
    } catch (IOException e) {
      throw new IllegalStateException("a text can always be read", e);
    }
    return new Node.Members(Map.of(), file);
  }

  private Node.Members document() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new Node.Members(Map.of(), file);
    }
    Node root = value(first, file, 1);
    if (parser.nextToken() != null) {
      problems.add(where(), "must be the only document of the file");
    }
    if (root instanceof Node.Members members) {
      return members;
    }
    if (!(root instanceof Node.Unusable)) {
      problems.add(file, "must hold keys with values (key: value)");
    }
    return new Node.Members(Map.of(), file);
  }

  private Node value(JsonToken token, String where, int depth) throws IOException {
    boolean plain = true;
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      problems.add(
          where, "anchors and aliases (& and *) cannot be used: quote a text that has one");
      plain = false;
    } else if (parser.getTypeId() != null) {
      problems.add(where, "tags (!) cannot be used: quote a text that has one");
      plain = false;
    }
    Node value =
        switch (token) {
          case START_OBJECT -> members(where, depth);
          case START_ARRAY -> items(where, depth);
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text(Node.Spelling.NUMBER, where);
          case VALUE_TRUE, VALUE_FALSE -> text(Node.Spelling.BOOLEAN, where);
          case VALUE_NULL -> text(Node.Spelling.EMPTY, where);
          default ->
              text(parser.getText().isEmpty() ? Node.Spelling.EMPTY : Node.Spelling.TEXT, where);
        };
    return plain ? value : new Node.Unusable(where);
  }

  private Node text(Node.Spelling spelling, String where) throws IOException {
    return new Node.Text(parser.getText(), spelling, where);
  }

  private Node members(String where, int depth) throws IOException {
    Map<String, Node> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String nameWhere = where();
      Node value = deeper(parser.nextToken(), nameWhere, depth);
      Node before = members.putIfAbsent(name, value);
      if (before != null) {
        problems.add(nameWhere, Names.shown(name) + " is given twice, first at " + before.where());
      }
    }
    return new Node.Members(members, where);
  }

  private Node items(String where, int depth) throws IOException {
    List<Node> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(deeper(token, where(), depth));
    }
    return new Node.Items(items, where);
  }

  private Node deeper(JsonToken token, String where, int depth) throws IOException {
    if (depth < MAX_DEPTH) {
      return value(token, where, depth + 1);
    }
    if (token.isStructStart()) {
      problems.add(where, "is nested deeper than " + MAX_DEPTH);
      parser.skipChildren();
    }
    return new Node.Unusable(where);
  }

  private String where() {
    return file + ", line " + parser.currentTokenLocation().getLineNr();
  }
}
