package dev.rescind.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Fingerprint;
import dev.rescind.log.MacKeys;
import dev.rescind.platform.audit.AuditChain.Fault;
import dev.rescind.platform.audit.AuditEvent.Action;
import dev.rescind.platform.audit.AuditEvent.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AuditChainTest {
  private static final MacKeys KEYS =
      new MacKeys(
          List.of(
              new MacKeys.Key(
                  "k", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))));

  private final AuditChain written = new AuditChain();
  private final List<String> lines = new ArrayList<>();
  private final Writer one = new Writer();
  private final Writer other = new Writer();

  /** Writes as a publisher does that has read everything. */
  private final class Writer {
    private final UUID id = UUID.randomUUID();
    private long seq;
    private @Nullable Fingerprint prev;

    void write(String actor) {
      AuditEvent event = AuditEvent.of(Action.REVOKE, Outcome.DONE).with("actor", actor);
      String line =
          new AuditRecord(
                  new AuditRecord.Link(id, ++seq, prev, written.head()),
                  Instant.ofEpochSecond(1_700_000_000),
                  event)
              .text();
      prev = Fingerprint.of(line);
      lines.add(line);
      assertThat(written.accept(line).fault()).isNull();
    }
  }

  private void fourRecordsOfTwoWriters() {
    one.write("a");
    other.write("b");
    one.write("c");
    other.write("d");
  }

  private static List<Fault> faults(List<String> lines) {
    AuditChain chain = new AuditChain();
    return lines.stream().map(line -> chain.accept(line).fault()).filter(Objects::nonNull).toList();
  }

  @Test
  void findsNothingWrongWithWhatWasWritten() {
    fourRecordsOfTwoWriters();
    assertThat(faults(lines)).isEmpty();
    assertThat(written.head().records()).isEqualTo(4);
  }

  @Test
  void findsARecordThatIsGone_whereverItWas() {
    fourRecordsOfTwoWriters();
    for (int gone = 0; gone < 3; gone++) {
      List<String> left = new ArrayList<>(lines);
      left.remove(gone);
      assertThat(faults(left)).as("without record " + (gone + 1)).isNotEmpty();
    }
  }

  @Test
  void doesNotFindAnEndThatIsCutOff_exceptByAHeadThatWasKept() {
    fourRecordsOfTwoWriters();
    AuditChain cut = new AuditChain();
    lines.subList(0, 3).forEach(cut::accept);
    assertThat(faults(lines.subList(0, 3))).isEmpty();
    assertThat(cut.head()).isNotEqualTo(written.head());
  }

  @Test
  void findsTwoRecordsThatChangedPlaces_alsoOfTwoWriters() {
    fourRecordsOfTwoWriters();
    for (int first = 0; first < 3; first++) {
      List<String> turned = new ArrayList<>(lines);
      turned.add(first, turned.remove(first + 1));
      assertThat(faults(turned)).as("record %d after the next", first + 1).isNotEmpty();
    }
  }

  @Test
  void findsARecordThatWasChanged() {
    fourRecordsOfTwoWriters();
    for (int changed = 0; changed < 2; changed++) {
      List<String> other = new ArrayList<>(lines);
      other.replaceAll(line -> line);
      other.set(changed, lines.get(changed).replaceFirst("\"actor\":\".\"", "\"actor\":\"z\""));
      assertThat(faults(other)).contains(Fault.CHANGED_BEFORE);
    }
  }

  @Test
  void countsARecordThatIsThereAgainOnce() {
    fourRecordsOfTwoWriters();
    AuditChain chain = new AuditChain();
    lines.forEach(chain::accept);
    assertThat(chain.accept(lines.get(1)).fault()).isEqualTo(Fault.REPEATED);
    assertThat(chain.accept(lines.get(1)).record()).isNull();
    assertThat(chain.head()).isEqualTo(written.head());
  }

  @Test
  void findsABeginningThatIsGone() {
    fourRecordsOfTwoWriters();
    assertThat(faults(lines.subList(2, 4))).hasSize(2).containsOnly(Fault.MISSING_BEFORE);
    one.write("e");
    Writer third = new Writer();
    third.write("f");
    assertThat(faults(lines.subList(5, 6))).containsExactly(Fault.OTHER_HISTORY);
  }

  @Test
  void takesARecordInItsOneSpellingOnly() {
    one.write("a");
    String line = lines.get(0);
    assertThat(AuditRecord.parse(line)).isPresent();
    for (String other :
        List.of(
            line + " ",
            line.replace(":", ": "),
            line.replace("\"seq\":1", "\"seq\":\"1\""),
            line.replace("\"seq\":1", "\"seq\":0"),
            line.replace("\"v\":1", "\"v\":2"),
            line.replace("\"action\":\"revoke\"", "\"action\":\"invent\""),
            line.replace("\"actor\":\"a\"", "\"actor\":\"a\",\"secret\":\"s\""),
            line.replace("\"actor\":\"a\"", "\"actor\":1"),
            line.replace("\"actor\":\"a\"", "\"actor\":\"" + "a".repeat(1_025) + "\""),
            "x".repeat(AuditRecord.MAX_LINE + 1),
            "{}",
            "")) {
      assertThat(AuditRecord.parse(other)).as(other).isEmpty();
    }
  }

  @Test
  void opensWhatAHolderOfAKeyWrote_andNothingElse() {
    one.write("a");
    other.write("b");
    byte[] bytes = AuditFrame.bytes(lines, KEYS);
    assertThat(AuditFrame.lines(bytes, KEYS)).contains(lines);
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      assertThat(AuditFrame.lines(changed, KEYS)).isEmpty();
    }
    assertThat(AuditFrame.lines(null, KEYS)).isEmpty();
    assertThat(AuditFrame.lines(new byte[0], KEYS)).isEmpty();
  }

  @Test
  void cutsLongTexts_andTakesNoMemberThatItDoesNotKnow() {
    AuditEvent event =
        AuditEvent.of(Action.REVOKE, Outcome.DONE)
            .with("reason", "r".repeat(2_000))
            .with("token", "a secret");
    assertThat(event.text("reason")).hasSize(AuditEvent.MAX_TEXT);
    assertThat(event.members().has("token")).isFalse();
  }
}
