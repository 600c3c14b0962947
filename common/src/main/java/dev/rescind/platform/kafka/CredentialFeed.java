package dev.rescind.platform.kafka;

import dev.rescind.log.CredentialCodec;
import dev.rescind.replica.CredentialStore;
import dev.rescind.replica.CredentialStore.Progress;
import dev.rescind.replica.CredentialStore.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the partitions of credentials that a store says are this node's, on one thread, for ever:
 * each from where the store itself says that it was loaded to.
 */
public final class CredentialFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialFeed.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_POLL_RECORDS = 2_000;

  /**
   * What became of the records: {@code read = stored + duplicate + expired + tombstone +
   * quarantined}.
   */
  public record Counts(
      long read, long stored, long duplicate, long expired, long tombstone, long quarantined) {}

  /**
   * One partition that is being loaded.
   *
   * @param end the topic's end when loading began: at it the partition counts as loaded
   */
  private record Loading(Progress progress, long end) {}

  private final CredentialStore store;
  private final CredentialCodec codec;
  private final Map<String, Object> properties;
  private final Map<Integer, Loading> loading = new HashMap<>();
  private final DistinctErrors errors = new DistinctErrors(LOG, "loading credentials");
  private final LongAdder read = new LongAdder();
  private final LongAdder stored = new LongAdder();
  private final LongAdder duplicate = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder tombstone = new LongAdder();
  private final LongAdder quarantined = new LongAdder();
  private final Thread thread = new Thread(this::run, "rescind-credential-feed");
  private volatile boolean closing;

  public CredentialFeed(
      CredentialStore store, CredentialCodec codec, Map<String, ?> clientProperties) {
    this.store = store;
    this.codec = codec;
    this.properties = LogFeed.consumerProperties(clientProperties);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  public Counts counts() {
    return new Counts(
        read.sum(),
        stored.sum(),
        duplicate.sum(),
        expired.sum(),
        tombstone.sum(),
        quarantined.sum());
  }

  /** How often loading failed since the start. */
  public long failures() {
    return errors.count();
  }

  private void run() {
    while (!closing) {
      try (var consumer =
          new KafkaConsumer<>(
              properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        loading.clear();
        while (!closing) {
          follow(consumer);
          load(consumer.assignment().isEmpty() ? pausedPoll() : consumer.poll(POLL));
          finish(consumer);
          errors.over();
        }
      } catch (InvalidOffsetException e) {
        // The topic was cut or made anew. What the store holds of it stays; what it had is reread.
        errors.happened(e);
        pause(1_000);
      } catch (StoreException | RuntimeException e) {
        errors.happened(e);
        pause(100);
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> pausedPoll() {
    pause(POLL.toMillis());
    return ConsumerRecords.empty();
  }

  /** Lets go of partitions that are no longer this node's, and claims those that are now. */
  private void follow(KafkaConsumer<byte[], byte[]> consumer) throws StoreException {
    Set<Integer> owned = store.owned();
    if (owned.equals(loading.keySet())) {
      return;
    }
    loading.keySet().retainAll(owned);
    List<Integer> claimed = new ArrayList<>(owned);
    claimed.removeAll(loading.keySet());
    Map<Integer, Progress> progress = new HashMap<>();
    for (int partition : claimed) {
      progress.put(partition, store.claim(partition));
    }
    Map<TopicPartition, Long> ends =
        consumer.endOffsets(claimed.stream().map(CredentialFeed::topicPartition).toList());
    consumer.assign(owned.stream().map(CredentialFeed::topicPartition).toList());
    progress.forEach(
        (partition, from) -> {
          TopicPartition at = topicPartition(partition);
          loading.put(partition, new Loading(from, ends.getOrDefault(at, 0L)));
          if (from.offset() < 0) {
            consumer.seekToBeginning(List.of(at));
          } else {
            consumer.seek(at, from.offset() + 1);
          }
        });
  }

  /** Says of partitions that they are loaded, also where compaction left nothing at their end. */
  private void finish(KafkaConsumer<byte[], byte[]> consumer) throws StoreException {
    for (Map.Entry<Integer, Loading> one : Map.copyOf(loading).entrySet()) {
      Progress progress = one.getValue().progress();
      if (!progress.loaded()) {
        settle(one.getKey(), progress.offset(), consumer.position(topicPartition(one.getKey())));
      }
    }
  }

  private void load(ConsumerRecords<byte[], byte[]> records) throws StoreException {
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      List<CredentialStore.Entry> entries = new ArrayList<>(batch.size());
      for (ConsumerRecord<byte[], byte[]> record : batch) {
        read.increment();
        CredentialCodec.Decoded decoded = codec.decode(record.key(), record.value());
        if (decoded instanceof CredentialCodec.Decoded.Read one) {
          entries.add(new CredentialStore.Entry(one.fingerprint(), one.bytes(), one.exp()));
        } else if (decoded instanceof CredentialCodec.Decoded.Tombstone) {
          tombstone.increment();
        } else {
          quarantined.increment();
        }
      }
      CredentialStore.Stored result = store.store(partition.partition(), entries);
      stored.add(result.stored());
      duplicate.add(result.duplicate());
      expired.add(result.expired());
      long last = batch.get(batch.size() - 1).offset();
      settle(partition.partition(), last, last + 1);
    }
  }

  /**
   * Moves a partition's progress on. Where it is not this loader's any more, the partition is
   * claimed anew at the next turn, from wherever it then is.
   *
   * @param next the position from which the consumer goes on: compaction can leave the topic's last
   *     offsets without records
   */
  private void settle(int partition, long offset, long next) throws StoreException {
    Loading one = loading.get(partition);
    if (one == null) {
      return;
    }
    boolean loaded = one.progress().loaded() || next >= one.end();
    if (offset == one.progress().offset() && loaded == one.progress().loaded()) {
      return;
    }
    Progress to = new Progress(one.progress().loader(), offset, loaded);
    if (store.advance(partition, one.progress(), to)) {
      loading.put(partition, new Loading(to, one.end()));
    } else {
      loading.remove(partition);
    }
  }

  private static TopicPartition topicPartition(int partition) {
    return new TopicPartition(Topics.CREDENTIALS, partition);
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  /** Stops loading; returns when the thread has ended, or after two seconds. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
