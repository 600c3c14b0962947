package dev.rescind.publisher.audit;

import dev.rescind.log.MacKeys;
import dev.rescind.platform.audit.AuditChain;
import dev.rescind.platform.audit.AuditFrame;
import dev.rescind.platform.audit.AuditRecord;
import dev.rescind.platform.kafka.AuditFeed;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All of the audit as this publisher reads it: each record is held to what came before. */
public final class AuditHistory implements AuditFeed.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(AuditHistory.class);
  private static final long FAULTS_SAID = 20;

  private final MacKeys keys;
  private final Consumer<AuditRecord> reader;
  private final AuditChain chain = new AuditChain();
  private final LongAdder faults = new LongAdder();
  private volatile AuditChain.Head head = AuditChain.Head.EMPTY;

  /**
   * @param reader is given every record that counts, in order, on one thread
   */
  public AuditHistory(MacKeys keys, Consumer<AuditRecord> reader) {
    this.keys = keys;
    this.reader = reader;
  }

  @Override
  public void read(byte @Nullable [] value) {
    Optional<List<String>> lines = AuditFrame.lines(value, keys);
    if (lines.isEmpty()) {
      found(AuditChain.Fault.NOT_AUTHENTIC);
      return;
    }
    for (String line : lines.get()) {
      AuditChain.Accepted accepted = chain.accept(line);
      if (accepted.fault() != null) {
        found(accepted.fault());
      }
      if (accepted.record() != null) {
        reader.accept(accepted.record());
      }
    }
    head = chain.head();
  }

  private void found(AuditChain.Fault fault) {
    faults.increment();
    if (faults.sum() <= FAULTS_SAID) {
      LOG.error(
          "The audit is not as it was written, after record {}: {}", chain.head().records(), fault);
    }
  }

  public AuditChain.Head head() {
    return head;
  }

  /** How much was found that is not as it was written. */
  public long faults() {
    return faults.sum();
  }
}
