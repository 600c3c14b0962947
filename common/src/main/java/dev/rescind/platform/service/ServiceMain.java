package dev.rescind.platform.service;

import dev.rescind.platform.config.ConfigException;
import dev.rescind.platform.config.ConfigSource;
import dev.rescind.platform.config.EffectiveConfig;
import dev.rescind.platform.config.ServiceConfig;
import dev.rescind.platform.config.ServiceKind;
import java.io.PrintStream;
import java.net.BindException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's process, from its command line to its exit code: 0 done, 1 the service could not
 * start, 2 the command line or the configuration is wrong; 143 or 130 when a signal ended it.
 */
public final class ServiceMain {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
  private static final int MAX_CAUSE = 1_000;

  /** A service that can be run. */
  public record Program(ServiceKind kind, Starter starter) {
    String name() {
      return kind.program();
    }
  }

  /** Starts a service; what it returns is closed when the process is told to stop. */
  public interface Starter {
    Running start(ConfigSource source) throws Exception;
  }

  private final Program program;
  private final Map<String, String> environment;
  private final Lifetime lifetime;
  private final PrintStream out;
  private final PrintStream err;

  ServiceMain(
      Program program,
      Map<String, String> environment,
      Lifetime lifetime,
      PrintStream out,
      PrintStream err) {
    this.program = program;
    this.environment = environment;
    this.lifetime = lifetime;
    this.out = out;
    this.err = err;
  }

  /** Does what the command line asks for, and ends the process. */
  public static void run(String[] args, Program program) {
    Map<String, String> environment = System.getenv();
    Lifetime lifetime = new UntilSignal(environment, System.out);
    int code = 1;
    try {
      code = new ServiceMain(program, environment, lifetime, System.out, System.err).execute(args);
    } finally {
      Logging.stop();
      System.exit(code);
    }
  }

  /** Does what the command line asks for; returns the exit code. */
  int execute(String... args) {
    try {
      CommandLine asked = CommandLine.parse(args);
      return switch (asked.action()) {
        case HELP -> print(CommandLine.help(program.name()));
        case VERSION -> print(program.name() + " " + Version.CURRENT + "\n");
        case CHECK_CONFIG -> {
          load(asked);
          yield print("configuration is valid\n");
        }
        case PRINT_CONFIG -> print(EffectiveConfig.of(load(asked).config()));
        case RUN -> serve(load(asked));
      };
    } catch (CommandLine.UsageException e) {
      err.println(program.name() + ": " + e.getMessage() + " (see --help)");
      return 2;
    } catch (ConfigException e) {
      e.problems().forEach(err::println);
      return 2;
    }
  }

  private int print(String text) {
    out.print(text);
    out.flush();
    return 0;
  }

  private ConfigSource load(CommandLine asked) throws ConfigException {
    List<String> problems = Logging.problems(environment);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return ConfigSource.load(Objects.requireNonNull(asked.config()), environment, program.kind());
  }

  private int serve(ConfigSource source) {
    ServiceConfig config = source.config();
    try {
      lifetime.run(
          () -> {
            LOG.info(
                "{} {} starts with this configuration:\n{}",
                program.name(),
                Version.CURRENT,
                EffectiveConfig.of(config));
            Running running = program.starter().start(source);
            HangUp.does(running::reload);
            return running;
          });
      return 0;
    } catch (Exception | LinkageError e) {
      LOG.debug("{} cannot start", program.name(), e);
      err.println(program.name() + ": cannot start: " + cause(e) + ports(e, config));
      return 1;
    }
  }

  /** What went wrong, on one line: the error, and what it came of where that says more. */
  private static String cause(Throwable error) {
    StringBuilder text = new StringBuilder(said(error));
    for (Throwable next = error.getCause();
        next != null && text.length() < MAX_CAUSE;
        next = next.getCause()) {
      if (text.indexOf(said(next)) < 0) {
        text.append(": ").append(said(next));
      }
    }
    String line = text.toString().strip().replaceAll("\\s*\\R\\s*", "; ");
    return line.length() <= MAX_CAUSE ? line : line.substring(0, MAX_CAUSE) + "...";
  }

  /** A taken port is not named by who finds it taken. */
  private static String ports(Throwable error, ServiceConfig config) {
    for (Throwable next = error; next != null; next = next.getCause()) {
      if (next instanceof BindException) {
        return String.format(
            Locale.ROOT,
            " (http.port is %d, management.port %d, grid.port %d)",
            config.http().portOr(0),
            config.management().portOr(0),
            config.grid().port());
      }
    }
    return "";
  }

  private static String said(Throwable error) {
    String message = error.getMessage();
    return message == null || message.isBlank() ? error.getClass().getSimpleName() : message;
  }
}
