package dev.rescind.platform.config;

import java.util.ArrayList;
import java.util.List;

/** A configuration that cannot be used: every problem found, each with where it is, one a line. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigProblem> found;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    found = List.of();
  }

  ConfigException(List<ConfigProblem> found, int more) {
    super(String.join("\n", lines(found, more)), null, false, false);
    this.found = List.copyOf(found);
  }

  private static List<String> lines(List<ConfigProblem> found, int more) {
    List<String> lines = new ArrayList<>();
    found.forEach(problem -> lines.add(problem.toString()));
    if (more > 0) {
      lines.add(more + " more problems");
    }
    return lines;
  }

  public List<String> problems() {
    return List.of(String.valueOf(getMessage()).split("\n", -1));
  }

  /** The problems of a configuration by their keys, a hundred at most. */
  public List<ConfigProblem> found() {
    return found;
  }
}
