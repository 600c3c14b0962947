package dev.rescind.platform.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;

@Timeout(20)
class LoggingTest {
  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void completeTheContext() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  private List<String> lines(Map<String, String> environment, Consumer<Logger> use) {
    Logging.start(context, environment, out);
    use.accept(context.getLogger("dev.rescind.Sample"));
    use.accept(context.getLogger("org.apache.kafka.clients.Sample"));
    context.stop();
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static JsonNode json(String line) throws Exception {
    return JsonMapper.builder().build().readTree(line);
  }

  @Test
  void writesAnObjectALine() throws Exception {
    List<String> lines =
        lines(
            Map.of(),
            log -> log.warn("a \"message\"\nof {} lines \ud83d\ude00", 2, new Exception("broken")));

    assertThat(lines).hasSize(2);
    ObjectNode first = (ObjectNode) json(lines.get(0));
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("ts", "level", "logger", "thread", "message", "exception");
    assertThat(Instant.parse(first.get("ts").asText())).isNotNull();
    assertThat(first.get("level").asText()).isEqualTo("WARN");
    assertThat(first.get("logger").asText()).isEqualTo("dev.rescind.Sample");
    assertThat(first.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(first.get("message").asText()).isEqualTo("a \"message\"\nof 2 lines \ud83d\ude00");
    assertThat(first.get("exception").asText())
        .startsWith("java.lang.Exception: broken")
        .contains("\tat dev.rescind.platform.service.LoggingTest");
  }

  @Test
  void boundsWhatALineHolds() throws Exception {
    String half = "\ud83d";
    List<String> lines =
        lines(
            Map.of(),
            log -> log.warn("{}{}", half, "m".repeat(100_000), new Exception("e".repeat(100_000))));

    JsonNode line = json(lines.get(0));
    assertThat(line.get("message").asText())
        .hasSizeBetween(JsonLines.MAX_TEXT, JsonLines.MAX_TEXT + 40)
        .endsWith("... and 83617 more");
    assertThat(line.get("exception").asText().length()).isLessThan(JsonLines.MAX_TEXT + 40);
  }

  @Test
  void isQuietAboutLibraries() throws Exception {
    List<String> lines = lines(Map.of(), log -> log.info("said"));

    assertThat(lines).hasSize(1);
    assertThat(json(lines.get(0)).get("logger").asText()).isEqualTo("dev.rescind.Sample");
  }

  @Test
  void hasTheLevelThatTheEnvironmentSays() {
    assertThat(lines(Map.of("RESCIND_LOG_LEVEL", "DEBUG"), log -> log.debug("said"))).hasSize(1);
    assertThat(lines(Map.of("RESCIND_LOG_LEVEL", "ERROR"), log -> log.warn("said"))).hasSize(1);
  }

  @Test
  void writesTextWhereTheEnvironmentSaysSo() {
    List<String> lines =
        lines(
            Map.of("RESCIND_LOG_FORMAT", "text"),
            log -> log.error("said", new Exception("broken")));

    assertThat(lines.get(0)).endsWith("dev.rescind.Sample said").contains(" ERROR [");
    assertThat(lines.get(1)).isEqualTo("java.lang.Exception: broken");
  }

  @Test
  void dropsLinesRatherThanWaitForAReaderThatDoesNotRead() {
    CountDownLatch never = new CountDownLatch(1);
    Logging.start(
        context,
        Map.of(),
        new OutputStream() {
          @Override
          public void write(int one) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });

    Logger log = context.getLogger("dev.rescind.Sample");
    for (int i = 0; i < 100_000; i++) {
      log.warn("a line that nobody reads");
    }

    never.countDown();
    context.stop();
  }
}
