package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.testing.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EmbeddedBrokerIT {
  private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

  @TempDir Path directory;

  @Test
  void keepsWhatItAcknowledged_overARestart() throws Exception {
    int port = FreePorts.one();
    int controllerPort = FreePorts.one();
    try (EmbeddedBroker broker = new EmbeddedBroker(directory, port, controllerPort)) {
      broker.start();
      createTopic(broker);
      produce(broker, "first");
    }
    try (EmbeddedBroker broker = new EmbeddedBroker(directory, port, controllerPort)) {
      broker.start();
      produce(broker, "second");
      assertThat(read(broker, 2)).containsExactly("first", "second");
    }
  }

  @Test
  void makesNoTopicByItself() throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(directory, FreePorts.one(), FreePorts.one())) {
      broker.start();
      try (Admin admin = Admin.create(config(broker));
          KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
        consumer.partitionsFor("unheard-of", Duration.ofSeconds(10));
        assertThat(admin.listTopics().names().get()).isEqualTo(Set.of());
      }
    }
  }

  private static Map<String, Object> config(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrapServer());
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(config(broker))) {
      admin.createTopics(Set.of(new NewTopic("kept", 1, (short) 1))).all().get();
    }
  }

  private static void produce(EmbeddedBroker broker, String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config(broker), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("kept", value.getBytes(StandardCharsets.UTF_8))).get();
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedBroker broker) {
    return new KafkaConsumer<>(
        config(broker), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker)) {
      consumer.assign(Set.of(PARTITION));
      consumer.seekToBeginning(Set.of(PARTITION));
      List<String> values = new ArrayList<>();
      while (values.size() < count) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
      }
      return values;
    }
  }
}
