package dev.rescind.platform.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.log.SomeLiftKeys;
import dev.rescind.platform.checkpoint.CheckpointFile.Found;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** S4, F10: what a checkpoint gives back is what was in it, or nothing. */
@Timeout(120)
class CheckpointFileTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final int MAX_FACTS = 1_000_000;
  private static final UUID TOPIC = new UUID(1, 2);
  private static final MacKeys KEYS = keys("k1", "a secret of thirty-two bytes, this");
  private static final RecordCodec CODEC = new RecordCodec(KEYS, SomeLiftKeys.BOTH);

  @TempDir Path directory;

  private static MacKeys keys(String id, String secret) {
    return new MacKeys(List.of(new MacKeys.Key(id, secret.getBytes(UTF_8))));
  }

  private CheckpointFile file() {
    return new CheckpointFile(directory.resolve("index"), KEYS);
  }

  private static Replica replica(Replica.Start start) {
    return new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), start);
  }

  private static Replica replica() {
    return replica(Replica.Start.empty(MAX_FACTS));
  }

  /** A log: of five records one lifts an earlier or a later revocation. */
  private static List<RecordCodec.Encoded> log(int records, long seed) {
    Random random = new Random(seed);
    List<UUID> ids = new ArrayList<>();
    List<RecordCodec.Encoded> log = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      ids.add(new UUID(random.nextLong(), random.nextLong()));
    }
    for (int i = 0; i < records; i++) {
      LogRecord record =
          i % 5 == 4
              ? new LogRecord.Lifted(
                  new Lift(ids.get(random.nextInt(records)), Instant.EPOCH, "admin"))
              : new LogRecord.Revoked(
                  new Revocation(
                      ids.get(i),
                      new Target.Subject("https://as.example", "user " + random.nextInt(records)),
                      new Cutoff(random.nextInt(1_000)),
                      random.nextBoolean() ? null : Instant.ofEpochMilli(NOW + random.nextInt(9)),
                      Instant.EPOCH,
                      random.nextBoolean() ? null : Instant.ofEpochMilli(NOW + random.nextInt(9)),
                      new Revocation.Circumstances("admin", null, null, false)));
      log.add(CODEC.encode(record));
    }
    return log;
  }

  private static void read(Replica replica, List<RecordCodec.Encoded> log) {
    for (int i = (int) replica.position() + 1; i < log.size(); i++) {
      replica.apply(i, NOW + i, log.get(i).key(), log.get(i).value());
    }
  }

  private static Found.Whole whole(Found found) {
    assertThat(found).isInstanceOf(Found.Whole.class);
    return (Found.Whole) found;
  }

  private static String cause(Found found) {
    assertThat(found).isInstanceOf(Found.None.class);
    return ((Found.None) found).cause();
  }

  @Test
  void givesBackWhatWasInIt() throws Exception {
    Replica replica = replica();
    read(replica, log(5_000, 1));
    file().write(TOPIC, replica);

    Found.Whole whole = whole(file().read(MAX_FACTS));

    assertThat(whole.topic()).isEqualTo(TOPIC);
    assertThat(whole.start().position()).isEqualTo(4_999);
    assertThat(whole.start().logTimeMillis()).isEqualTo(NOW + 4_999);
    assertThat(whole.start().index().digest(NOW)).isEqualTo(replica.index().digest(NOW));
    assertThat(whole.start().index().lifts()).isEqualTo(replica.index().lifts());
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactly(directory.resolve("index"));
    }
  }

  /** The position is read before the facts are: what is in the file beyond it does no harm. */
  @Test
  void whatIsWrittenWhileTheLogIsReadIsAsGoodAsTheLogUpToItsPosition() throws Exception {
    List<RecordCodec.Encoded> log = log(60_000, 2);
    Replica all = replica();
    read(all, log);
    Replica reading = replica();
    AtomicBoolean done = new AtomicBoolean();
    Thread feed =
        new Thread(
            () -> {
              read(reading, log);
              done.set(true);
            });
    feed.start();
    int partial = 0;
    while (!done.get()) {
      if (reading.position() < 0) {
        Thread.onSpinWait();
        continue;
      }
      file().write(TOPIC, reading);
      Replica.Start start = whole(file().read(MAX_FACTS)).start();
      partial += start.position() < log.size() - 1 ? 1 : 0;
      Replica again = replica(start);
      read(again, log);
      assertThat(again.index().digest(NOW)).isEqualTo(all.index().digest(NOW));
    }
    feed.join();
    assertThat(partial).as("checkpoints from before the end").isPositive();
  }

  /** F10. */
  @Test
  void aThousandEditsAreIgnored_orChangeNothing() throws Exception {
    Replica replica = replica();
    read(replica, log(300, 3));
    file().write(TOPIC, replica);
    byte[] good = Files.readAllBytes(file().path());
    Replica other = replica();
    read(other, log(300, 4));
    file().write(TOPIC, other);
    byte[] later = Files.readAllBytes(file().path());
    new CheckpointFile(file().path(), keys("k1", "another cluster's secret, of 32 bytes or more"))
        .write(TOPIC, other);
    byte[] foreign = Files.readAllBytes(file().path());
    long digest = replica.index().digest(NOW);
    Random random = new Random(5);
    int ignored = 0;
    for (int i = 0; i < 1_000; i++) {
      Files.write(file().path(), edited(good, i % 2 == 0 ? later : foreign, random));
      Found found = file().read(MAX_FACTS);
      if (found instanceof Found.Whole whole) {
        assertThat(whole.start().index().digest(NOW)).isEqualTo(digest);
        assertThat(whole.start().position()).isEqualTo(replica.position());
        assertThat(whole.topic()).isEqualTo(TOPIC);
      } else {
        ignored++;
      }
    }
    assertThat(ignored).isGreaterThan(900);
    Files.write(file().path(), good);
    whole(file().read(MAX_FACTS));
  }

  private static byte[] edited(byte[] good, byte[] other, Random random) {
    byte[] bytes = good.clone();
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(64);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      case 2 -> {
        bytes = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(good, at, bytes, at + length, good.length - at);
      }
      case 3 -> {
        int to = Math.min(at + length, Math.min(good.length, other.length));
        System.arraycopy(other, Math.min(at, to), bytes, Math.min(at, to), to - Math.min(at, to));
      }
      default -> {
        // The one's head and the other's tail.
        int tail = Math.min(other.length, good.length - at);
        System.arraycopy(other, other.length - tail, bytes, good.length - tail, tail);
      }
    }
    return bytes;
  }

  @Test
  void saysWhyItIsIgnored() throws Exception {
    assertThat(cause(file().read(MAX_FACTS))).isEqualTo("there is none");

    Replica replica = replica();
    read(replica, log(100, 6));
    file().write(TOPIC, replica);
    byte[] good = Files.readAllBytes(file().path());
    assertThat(cause(file().read(50))).contains("index.max_facts");
    assertThat(
            cause(
                new CheckpointFile(file().path(), keys("k2", "a key that this one has no part of."))
                    .read(MAX_FACTS)))
        .contains("MAC");

    byte[] changed = good.clone();
    changed[0] ^= 1;
    Files.write(file().path(), changed);
    assertThat(cause(file().read(MAX_FACTS))).isEqualTo("it was changed");
    Files.write(file().path(), Arrays.copyOfRange(good, 48, good.length));
    assertThat(cause(file().read(MAX_FACTS))).contains("length");
    Files.write(file().path(), new byte[10]);
    assertThat(cause(file().read(MAX_FACTS))).isEqualTo("it is too short");
  }

  /** F9: a disk that takes nothing harms nothing but the next start. */
  @Test
  void aDiskThatDoesNotTakeItIsCounted_andTheLastCheckpointIsKept() throws Exception {
    Replica replica = replica();
    read(replica, log(100, 7));
    file().write(TOPIC, replica);
    // Where its temporary file is to be there is a directory.
    Files.createDirectory(directory.resolve("index.tmp"));
    Files.createFile(directory.resolve("index.tmp").resolve("in the way"));
    assertThatThrownBy(() -> file().write(TOPIC, replica)).isInstanceOf(IOException.class);
    read(replica, log(200, 7));

    CheckpointWriter writer =
        new CheckpointWriter(file(), TOPIC, replica(Replica.Start.empty(1)), Duration.ofHours(1));
    writer.start();
    writer.close();
    assertThat(writer.failures()).as("nothing was read, and so nothing to write").isZero();

    Replica more = replica(whole(file().read(MAX_FACTS)).start());
    CheckpointWriter failing = new CheckpointWriter(file(), TOPIC, more, Duration.ofHours(1));
    read(more, log(200, 7));
    failing.start();
    failing.close();
    assertThat(failing.failures()).isOne();
    assertThat(failing.written()).isZero();
    assertThat(whole(file().read(MAX_FACTS)).start().position()).isEqualTo(99);
  }

  @Test
  void isWrittenAtAnOrderlyStop_butNotByAReplicaThatIsNotTrusted() throws Exception {
    Replica replica = replica();
    CheckpointWriter writer = new CheckpointWriter(file(), TOPIC, replica, Duration.ofHours(1));
    read(replica, log(100, 8));
    writer.start();
    writer.close();
    assertThat(writer.written()).isOne();
    assertThat(whole(file().read(MAX_FACTS)).start().position()).isEqualTo(99);

    Replica distrusted = replica(whole(file().read(MAX_FACTS)).start());
    CheckpointWriter none = new CheckpointWriter(file(), TOPIC, distrusted, Duration.ofHours(1));
    read(distrusted, log(200, 8));
    distrusted.distrust("the topic was deleted and made anew");
    none.start();
    none.close();
    assertThat(none.written()).isZero();
  }

  /** What a checkpoint proves is nothing: only a barrier of this process does. */
  @Test
  void aNodeThatStartsFromItIsNotFreshBeforeItsOwnBarrier() throws Exception {
    Replica before = replica();
    Barrier old =
        before.nextBarrier(new Barrier.Writer("n1", "http://n1", "1", true), NodeState.SERVING, 0);
    RecordCodec.Encoded barrier = CODEC.encode(new LogRecord.BarrierWritten(old));
    before.apply(0, NOW, barrier.key(), barrier.value());
    assertThat(before.isFresh(1)).isTrue();
    file().write(TOPIC, before);

    Replica after = replica(whole(file().read(MAX_FACTS)).start());
    after.apply(1, NOW, barrier.key(), barrier.value());

    assertThat(after.isFresh(1)).isFalse();
    assertThat(after.state(1)).isEqualTo(NodeState.CATCHING_UP);
  }
}
