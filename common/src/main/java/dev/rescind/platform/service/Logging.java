package dev.rescind.platform.service;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's log lines: JSON, or text with {@code RESCIND_LOG_FORMAT=text}; our own from {@code
 * RESCIND_LOG_LEVEL} (INFO) upwards, those of libraries from WARN. A reader that does not read
 * loses lines, and stops nobody.
 */
final class Logging {
  private static final String FORMAT = "RESCIND_LOG_FORMAT";
  private static final String LEVEL = "RESCIND_LOG_LEVEL";
  private static final List<String> FORMATS = List.of("json", "text");
  private static final List<String> LEVELS =
      List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level [%thread] %logger{30} %.-16384msg%n%ex{50}";
  private static final int QUEUE = 1_024;

  /** With the default of a second the last lines are lost on a busy machine. */
  private static final int FLUSH_MILLIS = 2_000;

  private Logging() {}

  /** What of the environment cannot be used. */
  static List<String> problems(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    check(environment, FORMAT, FORMATS, problems);
    check(environment, LEVEL, LEVELS, problems);
    return problems;
  }

  private static void check(
      Map<String, String> environment, String name, List<String> allowed, List<String> problems) {
    String value = environment.get(name);
    if (value != null && !allowed.contains(value)) {
      problems.add(name + ": must be " + String.join(", ", allowed));
    }
  }

  /** Begins to log there, unless the JVM was told how to by {@code -Dlogback.configurationFile}. */
  static void start(Map<String, String> environment, OutputStream out) {
    if (System.getProperty("hazelcast.logging.type") == null) {
      System.setProperty("hazelcast.logging.type", "slf4j");
    }
    if (System.getProperty("logback.configurationFile") == null
        && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      start(context, environment, out);
    }
  }

  static void start(LoggerContext context, Map<String, String> environment, OutputStream out) {
    String level = environment.getOrDefault(LEVEL, "INFO");
    context.reset();

    ThresholdFilter threshold = new ThresholdFilter();
    threshold.setLevel(level);
    threshold.start();

    Encoder<ILoggingEvent> encoder = encoder(environment.getOrDefault(FORMAT, "json"));
    encoder.setContext(context);
    encoder.start();

    OutputStreamAppender<ILoggingEvent> stream = new OutputStreamAppender<>();
    stream.setContext(context);
    stream.setName("stream");
    stream.setEncoder(encoder);
    stream.addFilter(threshold);
    stream.setOutputStream(out);
    stream.start();

    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName("queue");
    queue.setQueueSize(QUEUE);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MILLIS);
    queue.addAppender(stream);
    queue.start();

    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(queue);
    context.getLogger("dev.rescind").setLevel(Level.valueOf(level));
    // A line for each attempt to connect, many a second; that Kafka is away the services say once.
    context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
  }

  private static Encoder<ILoggingEvent> encoder(String format) {
    if (format.equals("json")) {
      return new JsonLines();
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(TEXT);
    return text;
  }

  /** Writes what is still queued. */
  static void stop() {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (factory instanceof LoggerContext context) {
      context.stop();
    }
  }
}
