package dev.rescind.platform.config;

import java.util.List;

/** A configuration that cannot be used: every problem found, each with where it is, one a line. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
  }

  public List<String> problems() {
    return List.of(String.valueOf(getMessage()).split("\n", -1));
  }
}
