package dev.rescind.platform.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a service, from a YAML file and the environment. Its shape is that of {@link
 * ServiceConfig} in snake case; whatever is not known, given twice, of the wrong kind, missing or
 * out of its limits is a problem, and all problems are found before any is reported.
 */
public final class ConfigLoader {
  static final Shape.Section ROOT = Shape.of(ServiceConfig.class);

  private ConfigLoader() {}

  /**
   * Loads a configuration.
   *
   * @param file of at most 1 MiB
   * @param environment of which the variables {@code RESCIND_…} stand over the file
   * @param kind of the service that is configured
   * @throws ConfigException with every problem: where it is, its key, and what is allowed there;
   *     never a secret
   */
  public static ServiceConfig load(Path file, Map<String, String> environment, ServiceKind kind)
      throws ConfigException {
    return load(file, environment, kind, new FilesRead());
  }

  /**
   * @param read takes note of every file, also where there are problems
   */
  static ServiceConfig load(
      Path file, Map<String, String> environment, ServiceKind kind, FilesRead read)
      throws ConfigException {
    Problems problems = new Problems();
    String name = file.toString();
    read.add(file);
    Node.Members given = YamlReader.read(name, text(file, name, problems), problems);
    problems.throwIfAny(); // what could not be read would all be missing
    given = new FileValues(problems, read).in(ROOT, given, "");
    given = new Environment(environment, problems, read).over(ROOT, given);
    Binder binder = new Binder(problems);
    ServiceConfig config = binder.bind(ROOT, given).orElse(null);
    problems.throwIfAny();
    if (config == null) {
      throw new IllegalStateException("a configuration without problems is one");
    }
    check(binder, () -> kind.check(config));
    check(binder, () -> config.withPorts(kind.httpPort(), kind.managementPort()));
    if (config.isForProduction()) {
      check(binder, () -> Production.check(config));
    }
    problems.throwIfAny();
    return config.withPorts(kind.httpPort(), kind.managementPort());
  }

  private static void check(Binder binder, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      binder.refused(ROOT, "", e, Set.of());
    }
  }

  private static String text(Path file, String name, Problems problems) {
    try {
      return ValueFile.read(file, YamlReader.MAX_BYTES, "1 MiB");
    } catch (ValueFile.UnreadableException e) {
      problems.add(name, String.valueOf(e.getMessage()));
      return "";
    }
  }
}
