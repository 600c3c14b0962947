package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rescind.platform.config.IdentityConfig;
import dev.rescind.platform.config.SecretConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(20)
class ExpiringSecretsTest {
  private static final String HASH =
      "$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
  private static final String OTHER = HASH.replace("1000", "1001");
  private static final Instant END = Instant.parse("2026-12-24T00:00:00Z");

  private final Logger logger = (Logger) LoggerFactory.getLogger(ExpiringSecrets.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Instant now = END.minus(Duration.ofDays(30));
  private final ExpiringSecrets secrets =
      new ExpiringSecrets(
          List.of(caller("gateway", END.toString()), caller("other", null)), () -> now);

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
    secrets.register(metrics);
  }

  @AfterEach
  void listenNoLonger() {
    logger.detachAppender(logged);
  }

  private static IdentityConfig caller(String clientId, @Nullable String expiresAt) {
    return new IdentityConfig(
        clientId,
        List.of(OTHER),
        List.of(),
        null,
        null,
        null,
        "refuse",
        null,
        List.of(),
        null,
        List.of(),
        null,
        null,
        List.of(),
        List.of(new SecretConfig(HASH, expiresAt)),
        null);
  }

  private void tellAt(Instant time) {
    now = time;
    secrets.tell();
  }

  private List<String> lines() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void saysNothingMoreThanFourteenDaysBefore() {
    tellAt(END.minus(Duration.ofDays(14)).minusSeconds(1));

    assertThat(secrets.warnings()).isEmpty();
    assertThat(lines()).isEmpty();
    assertThat(metrics.find("rescind.caller.secret.expires").gauge()).isNull();
  }

  @Test
  void warnsFromFourteenDaysBefore_onceADay_andShowsWhatIsLeft() {
    for (int hour = 0; hour < 48; hour++) {
      tellAt(END.minus(Duration.ofDays(14)).plus(Duration.ofHours(hour)));
    }

    assertThat(secrets.warnings())
        .containsExactly("a secret of gateway expires at 2026-12-24T00:00:00Z");
    assertThat(lines())
        .containsExactly(
            "a secret of gateway expires at 2026-12-24T00:00:00Z",
            "a secret of gateway expires at 2026-12-24T00:00:00Z");
    Gauge gauge = metrics.get("rescind.caller.secret.expires").tag("caller", "gateway").gauge();
    assertThat(gauge.value()).isEqualTo((double) Duration.ofDays(12).plusHours(1).toSeconds());
    assertThat(metrics.get("rescind.caller.secret.expires").gauges()).hasSize(1);
  }

  @Test
  void saysWhatHasExpired_untilItIsTakenAway() {
    tellAt(END);
    assertThat(secrets.warnings())
        .containsExactly("a secret of gateway has expired at 2026-12-24T00:00:00Z: take it away");

    secrets.configure(List.of(caller("gateway", null)));
    secrets.tell();

    assertThat(secrets.warnings()).isEmpty();
    assertThat(metrics.find("rescind.caller.secret.expires").gauge()).isNull();
  }

  @Test
  void showsAHundredCallers_andNoMore() {
    List<IdentityConfig> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(caller("caller-" + i, END.toString()));
    }
    secrets.configure(many);

    tellAt(END);

    assertThat(secrets.warnings()).hasSize(100);
    assertThat(metrics.get("rescind.caller.secret.expires").gauges()).hasSize(100);
  }
}
