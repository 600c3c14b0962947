package dev.rescind.platform.service;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a service is asked to do.
 *
 * @param config the file; null where the action needs none
 */
record CommandLine(Action action, @Nullable Path config) {
  enum Action {
    RUN,
    CHECK_CONFIG,
    PRINT_CONFIG,
    VERSION,
    HELP
  }

  /** A command line that says nothing that can be done. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message, null, false, false);
    }
  }

  static CommandLine parse(String... args) throws UsageException {
    Action action = null;
    Path config = null;
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("--config") || arg.startsWith("--config=")) {
        if (config != null) {
          throw new UsageException("--config is given twice");
        }
        String value = arg.equals("--config") ? next(args, ++i) : arg.substring(9);
        config = path(value);
        continue;
      }
      Action asked = action(arg);
      if (asked == Action.HELP) {
        return new CommandLine(asked, null);
      }
      if (action != null && action != asked) {
        throw new UsageException(arg + " does not go with what is before it");
      }
      action = asked;
    }
    action = action == null ? Action.RUN : action;
    if (config == null && action != Action.VERSION) {
      throw new UsageException("--config FILE is required");
    }
    return new CommandLine(action, config);
  }

  private static Action action(String arg) throws UsageException {
    return switch (arg) {
      case "--check-config" -> Action.CHECK_CONFIG;
      case "--print-config" -> Action.PRINT_CONFIG;
      case "--version" -> Action.VERSION;
      case "--help" -> Action.HELP;
      default ->
          throw new UsageException(
              arg.startsWith("-") // never its value: it could be a secret
                  ? "unknown option " + arg.replaceFirst("(?s)=.*", "")
                  : "an argument that is no option");
    };
  }

  private static String next(String[] args, int index) throws UsageException {
    return index < args.length ? args[index] : "";
  }

  private static Path path(String text) throws UsageException {
    if (text.isEmpty() || text.startsWith("--") || text.indexOf('\0') >= 0) {
      throw new UsageException("--config needs a file");
    }
    return Path.of(text);
  }

  static String help(String program) {
    return """
        Usage: %1$s --config FILE [--check-config | --print-config]
               %1$s --version | --help

          --config FILE    the configuration, in YAML; variables RESCIND_* stand over it
          --check-config   say whether the configuration is valid, and exit
          --print-config   print the configuration in force, secrets masked, and exit
          --version        print the version, and exit
          --help           print this, and exit
        """
        .formatted(program);
  }
}
