package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.platform.json.Json;
import dev.rescind.platform.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services with a broker that allows them what docs/deployment.md says and no more: the
 * introspector by password over TLS, the publisher by mutual TLS.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class KafkaAclsIT {
  private static final String INTROSPECTOR = "rescind-introspector";
  private static final String PUBLISHER = "rescind-publisher";
  private static final String PASSWORD = "a password of the introspector";
  private static final byte[] FORGED = "a record of nobody".getBytes(StandardCharsets.UTF_8);

  @TempDir static Path data;

  private static Cluster cluster;
  private static SecuredKafka kafka;
  private static Admin operator;
  private static Map<String, Object> introspector;
  private static Map<String, Object> publisher;

  @BeforeAll
  static void start() throws Exception {
    kafka = new SecuredKafka(data.resolve("certificates"));
    cluster = new Cluster(data, 1).broker(kafka);
    Map<String, String> byPassword = kafka.byPassword(INTROSPECTOR, PASSWORD);
    Map<String, String> byCertificate = kafka.byCertificate(PUBLISHER);
    introspector = client(kafka.passwordServer(), byPassword);
    publisher = client(cluster.bootstrapServer(), byCertificate);
    cluster
        .with("introspector-1", "kafka: {bootstrap_servers: null}")
        .with("introspector-1", "kafka: {bootstrap_servers: [\"" + kafka.passwordServer() + "\"]}")
        .with("introspector-1", properties(byPassword))
        .with("publisher", properties(byCertificate));
    cluster.startBroker();
    operator = Admin.create(client(cluster.bootstrapServer(), kafka.byCertificate("operator")));
    kafka.setPassword(operator, INTROSPECTOR, PASSWORD);
    operator.createTopics(DocumentedCommands.topics()).all().get(20, TimeUnit.SECONDS);
    operator.createAcls(DocumentedCommands.acls()).all().get(20, TimeUnit.SECONDS);
    cluster.start();
  }

  @AfterAll
  static void stop() {
    if (operator != null) {
      operator.close(Duration.ofSeconds(1));
    }
    cluster.close();
  }

  private static Map<String, Object> client(String server, Map<String, String> properties) {
    Map<String, Object> client = new HashMap<>(properties);
    client.put("bootstrap.servers", server);
    client.put("default.api.timeout.ms", "10000");
    client.put("request.timeout.ms", "5000");
    client.put("max.block.ms", "10000");
    client.put("delivery.timeout.ms", "10000");
    client.put("linger.ms", "0");
    return client;
  }

  private static String properties(Map<String, String> properties) {
    var members = Json.object();
    properties.forEach(members::put);
    return "kafka: {properties: " + Json.write(members) + "}";
  }

  @Test
  void theServicesNeedNoMoreThanIsDocumented() throws Exception {
    String token = cluster.register();
    assertThat(cluster.isActiveEverywhere(token)).isTrue();

    cluster.revoke(token);

    assertThat(cluster.isInactiveEverywhere(token)).isTrue();
  }

  private interface Attempt {
    KafkaFuture<?> by(Admin admin);
  }

  private static void assertRefused(Map<String, Object> who, Map<String, Attempt> attempts)
      throws Exception {
    try (Admin admin = Admin.create(who)) {
      for (Map.Entry<String, Attempt> attempt : attempts.entrySet()) {
        assertThatThrownBy(() -> attempt.getValue().by(admin).get(10, TimeUnit.SECONDS))
            .as(attempt.getKey())
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(AuthorizationException.class);
      }
    }
  }

  private static Map<String, Attempt> attemptsOnTopics() {
    Map<String, Attempt> attempts = new HashMap<>();
    for (String topic : List.of(Topics.REVOCATIONS, Topics.CREDENTIALS)) {
      attempts.put("delete " + topic, admin -> admin.deleteTopics(List.of(topic)).all());
      attempts.put(
          "cut " + topic,
          admin ->
              admin
                  .deleteRecords(
                      Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
                  .all());
      attempts.put(
          "alter " + topic,
          admin ->
              admin
                  .incrementalAlterConfigs(
                      Map.of(
                          new ConfigResource(ConfigResource.Type.TOPIC, topic),
                          List.of(
                              new AlterConfigOp(
                                  new ConfigEntry("cleanup.policy", "delete"),
                                  AlterConfigOp.OpType.SET))))
                  .all());
      attempts.put(
          "extend " + topic,
          admin -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(99))).all());
    }
    attempts.put(
        "create", admin -> admin.createTopics(List.of(new NewTopic("other", 1, (short) 1))).all());
    attempts.put("look at the lists", admin -> admin.describeAcls(AclBindingFilter.ANY).values());
    attempts.put(
        "allow itself more",
        admin -> {
          try {
            return admin.createAcls(DocumentedCommands.acls()).all();
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    return attempts;
  }

  @Test
  void theIntrospectorsUserCanNeitherDeleteNorAlterNorMakeTopics() throws Exception {
    assertRefused(introspector, attemptsOnTopics());
  }

  @Test
  void thePublishersUserCanNeitherDeleteNorAlterNorMakeTopics() throws Exception {
    assertRefused(publisher, attemptsOnTopics());
  }

  private static void write(Map<String, Object> who, String topic) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(who, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, 0, FORGED, FORGED)).get(10, TimeUnit.SECONDS);
    }
  }

  private static void read(Map<String, Object> who, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(who, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.seek(new TopicPartition(topic, 0), 0);
      consumer.poll(Duration.ofSeconds(5));
    }
  }

  @Test
  void theIntrospectorsUserCannotRegisterCredentials() {
    assertThatThrownBy(() -> write(introspector, Topics.CREDENTIALS))
        .hasCauseInstanceOf(AuthorizationException.class);
  }

  @Test
  void thePublishersUserCannotReadCredentials() {
    assertThatThrownBy(() -> read(publisher, Topics.CREDENTIALS))
        .isInstanceOf(AuthorizationException.class);
  }

  @Test
  void kafkaCannotTellBarriersFromFacts_soTheIntrospectorsUserIsHeldByKeysThere() throws Exception {
    double before = quarantined();

    write(introspector, Topics.REVOCATIONS);

    Await.until("the record is passed over", () -> quarantined() > before);
  }

  private static double quarantined() throws Exception {
    return Metrics.of(cluster, cluster.managementUrl(1))
        .value("rescind_log_records_total{outcome=\"quarantined\"}");
  }

  @Test
  void whoIsLetInAndNotListedCanDoNothing() throws Exception {
    Map<String, Object> stranger =
        client(cluster.bootstrapServer(), kafka.byCertificate("stranger"));
    for (String topic : List.of(Topics.REVOCATIONS, Topics.CREDENTIALS)) {
      assertThatThrownBy(() -> read(stranger, topic)).isInstanceOf(AuthorizationException.class);
      assertThatThrownBy(() -> write(stranger, topic))
          .hasCauseInstanceOf(AuthorizationException.class);
    }
  }

  @Test
  void whoHasAnotherPasswordIsNotLetIn() {
    Map<String, Object> guessing =
        client(kafka.passwordServer(), kafka.byPassword(INTROSPECTOR, "another password"));

    assertThatThrownBy(() -> read(guessing, Topics.REVOCATIONS))
        .isInstanceOf(SaslAuthenticationException.class);
  }
}
