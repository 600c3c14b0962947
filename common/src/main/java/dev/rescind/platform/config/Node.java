package dev.rescind.platform.config;

import java.util.List;
import java.util.Map;

/** A configured value before it is read as what it should be, and where it was found. */
sealed interface Node {
  /** Where it was found, as problems say it. */
  String where();

  /** One value. */
  record Text(String text, Spelling spelling, String where) implements Node {
    @Override
    public String toString() {
      return "Text[" + where + "]";
    }
  }

  record Items(List<Node> items, String where) implements Node {}

  record Members(Map<String, Node> members, String where) implements Node {}

  /** One of which a problem was reported already. */
  record Unusable(String where) implements Node {}

  /** What YAML takes a value for. */
  enum Spelling {
    TEXT,
    NUMBER,
    BOOLEAN,
    EMPTY,
    /** From the environment or a file, where everything is text. */
    ANY
  }
}
