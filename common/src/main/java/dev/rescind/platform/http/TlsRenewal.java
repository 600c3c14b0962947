package dev.rescind.platform.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the files of a server's certificate have changed, and lets new connections have
 * what they say; connections that are open go on as they are. Files that are no certificate with
 * its key change nothing.
 */
final class TlsRenewal {
  /** How long before its end a certificate is warned about. */
  static final Duration NOTICE = Duration.ofDays(14);

  private static final long PERIOD_MILLIS = 2_000;
  private static final Logger LOG = LoggerFactory.getLogger(TlsRenewal.class);

  private final String name;
  private final Vertx vertx;
  private final TlsFiles files;
  private final InstantSource clock;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final LongAdder failures = new LongAdder();
  private volatile TlsFiles.Content content;
  private volatile @Nullable String problem;

  /**
   * @throws IllegalArgumentException that says which file is wrong
   */
  TlsRenewal(String name, Vertx vertx, TlsFiles files, InstantSource clock) {
    this.name = name;
    this.vertx = vertx;
    this.files = files;
    this.clock = clock;
    try {
      content = files.read(vertx);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(name + ".tls: " + said(e), e);
    }
  }

  private static String said(Exception error) {
    // A file's name is all that its exception says.
    return error instanceof java.nio.file.NoSuchFileException
        ? error.getMessage() + " is not there"
        : String.valueOf(error.getMessage());
  }

  TlsFiles.Content content() {
    return content;
  }

  void start() {
    vertx.setPeriodic(PERIOD_MILLIS, tick -> look());
  }

  /** Renews this one too. */
  void add(HttpServer server) {
    servers.add(server);
  }

  private void look() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    vertx
        .executeBlocking(() -> files.read(vertx), false)
        .compose(this::renewed)
        .onComplete(done -> looking.set(false))
        .onFailure(this::failed);
  }

  private Future<Void> renewed(TlsFiles.Content read) {
    problem = null;
    if (read.digest().equals(content.digest())) {
      return Future.succeededFuture();
    }
    return Future.all(servers.stream().map(one -> one.updateSSLOptions(read.options())).toList())
        .onSuccess(
            all -> {
              content = read;
              LOG.info("{}.tls: renewed; the certificate is good until {}", name, read.notAfter());
            })
        .mapEmpty();
  }

  private void failed(Throwable error) {
    String text = error instanceof Exception e ? said(e) : error.toString();
    failures.increment();
    if (!text.equals(problem)) {
      LOG.error("{}.tls: what is there now is not taken, and the old stays: {}", name, text);
    }
    problem = text;
  }

  /** What operators should know before it hurts. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    String wrong = problem;
    if (wrong != null) {
      warnings.add(name + ".tls was not renewed: " + wrong);
    }
    Instant end = content.notAfter();
    if (clock.instant().plus(NOTICE).isAfter(end)) {
      warnings.add(name + ".tls: the certificate ends at " + end);
    }
    return warnings;
  }

  void register(MeterRegistry registry) {
    Gauge.builder(
            "rescind.tls.certificate.expires.seconds",
            this,
            one -> Duration.between(clock.instant(), one.content.notAfter()).toSeconds())
        .description("How long the server's certificate is still good")
        .tag("server", name)
        .register(registry);
    FunctionCounter.builder("rescind.tls.renewal.failures", failures, LongAdder::sum)
        .description("How often the files of the server's certificate were not to be taken")
        .tag("server", name)
        .register(registry);
  }
}
