package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rescind.log.Quarantine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(10)
class QuarantineAlarmTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Logger logger = (Logger) LoggerFactory.getLogger(QuarantineAlarm.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final QuarantineAlarm alarm = new QuarantineAlarm();

  @BeforeEach
  void listen() {
    said.start();
    logger.addAppender(said);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(said);
  }

  private List<String> said() {
    return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void saysTheFirstAtOnce_theCauseAndWhereItIs() {
    alarm.quarantined(Quarantine.LIFT_FORGED, 17);
    alarm.tell(0);

    assertThat(said())
        .containsExactly(
            "1 records of the log were passed over (1 in all), cause lift_forged; the last is at"
                + " position 17");
    assertThat(said.list.get(0).getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void saysHoweverManyOnceAMinute_eachCauseForItself() {
    for (int i = 0; i < 1_000; i++) {
      alarm.quarantined(Quarantine.NOT_AUTHENTIC, i);
      alarm.tell(i);
    }
    alarm.quarantined(Quarantine.SIZE, 1_000);
    alarm.tell(1_000);
    alarm.tell(MINUTE - 1);
    assertThat(said()).hasSize(2);

    alarm.tell(MINUTE);
    alarm.tell(MINUTE + 1);
    assertThat(said()).hasSize(3).last().asString().contains("999 records", "(1000 in all)", "999");
    alarm.tell(3 * MINUTE);
    assertThat(said()).hasSize(3);
    assertThat(alarm.warnings()).hasSize(2);
  }
}
