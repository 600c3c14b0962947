package dev.rescind.introspector.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LogRecord;
import dev.rescind.log.MacKeys;
import dev.rescind.log.RecordCodec;
import dev.rescind.replica.Replica;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DeciderTest {
  private static final long NOW_MILLIS = 1_700_000_000_500L;
  private static final long NOW = 1_700_000_000L;
  private static final long NANOS = 5_000_000_000L;
  private static final String ISS = "https://as.example";
  private static final RecordCodec CODEC =
      new RecordCodec(new MacKeys(List.of(new MacKeys.Key("k", new byte[32]))));
  private static final Viewer ALL = new Viewer("caller", null, null, false);

  private final Replica replica = new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT));
  private final Decider decider = new Decider(replica);
  private long offset;
  private long logMillis = NOW_MILLIS;

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, logMillis, encoded.key(), encoded.value());
  }

  private void proveFreshAt(long logTimeMillis) {
    logMillis = logTimeMillis;
    proveFresh();
  }

  private void proveFresh() {
    read(
        new LogRecord.BarrierWritten(
            replica.nextBarrier(
                new Barrier.Writer("n", "http://n", "1", true), NodeState.SERVING, NANOS)));
  }

  private void revoke(Target target, Cutoff cutoff, @Nullable Instant until) {
    read(
        new LogRecord.Revoked(
            new Revocation(
                UUID.randomUUID(),
                target,
                cutoff,
                until,
                Instant.EPOCH,
                null,
                new Revocation.Circumstances("admin", null, null, false))));
  }

  private static Credential credential(
      Credential.Validity validity, @Nullable String registeredBy, String... aud) {
    return new Credential(
        CredentialType.ACCESS_TOKEN,
        Fingerprint.of("a token"),
        new Credential.Names(ISS, "sub", null, null, null, null),
        validity,
        new Credential.Binding("A".repeat(43), "kid-1", null, registeredBy, null),
        List.of(aud),
        "{\"sub\":\"sub\"}");
  }

  private static Known known(@Nullable Long iat, @Nullable Long nbf, @Nullable Long exp) {
    return new Known(
        credential(new Credential.Validity(iat, nbf, exp), null), Set.of("kid-1", "kid-2"), 5);
  }

  private Verdict decide(Known known) {
    return decider.decide(known, ALL, NANOS, NOW_MILLIS);
  }

  private static Verdict inactive(Verdict.Cause cause) {
    return new Verdict.Inactive(cause);
  }

  @Test
  void isUndecidedWithoutAProofOfFreshness_whateverTheCredential() {
    Known ended = known(null, null, 1L);
    assertThat(decide(ended)).isInstanceOf(Verdict.Undecided.class);
    proveFresh();
    assertThat(decide(ended)).isEqualTo(inactive(Verdict.Cause.NOT_NOW));
    assertThat(decider.decide(ended, ALL, NANOS + 2_000_000_001L, NOW_MILLIS))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void isActiveWithinItsTimes_giveOrTakeTheSkew() {
    proveFresh();
    assertThat(decide(known(NOW, NOW, NOW + 1))).isInstanceOf(Verdict.Active.class);
    assertThat(decide(known(null, null, NOW - 4))).isInstanceOf(Verdict.Active.class);
    assertThat(decide(known(null, null, NOW - 5))).isEqualTo(inactive(Verdict.Cause.NOT_NOW));
    assertThat(decide(known(null, NOW + 5, null))).isInstanceOf(Verdict.Active.class);
    assertThat(decide(known(null, NOW + 6, null))).isEqualTo(inactive(Verdict.Cause.NOT_NOW));
  }

  @Test
  void isRevokedByACutoffAtItsSecondOrLater_orWithoutIat() {
    revoke(new Target.Subject(ISS, "sub"), new Cutoff(NOW - 10), null);
    proveFresh();
    assertThat(decide(known(NOW - 10, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    assertThat(decide(known(null, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    assertThat(decide(known(NOW - 9, null, null))).isInstanceOf(Verdict.Active.class);
  }

  @Test
  void aSuspensionCoversUntilItsEnd() {
    revoke(new Target.Issuer(ISS), Cutoff.ALWAYS, Instant.ofEpochMilli(NOW_MILLIS + 1));
    proveFresh();
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    proveFreshAt(NOW_MILLIS + 1);
    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + 1))
        .isInstanceOf(Verdict.Active.class);
  }

  /** F15: neither this node's clock nor the broker's ends a suspension early by a jump. */
  @Test
  void aSuspensionIsOverWhenBothClocksSaySo() {
    long hour = 3_600_000;
    Instant until = Instant.ofEpochMilli(NOW_MILLIS + hour / 2);
    revoke(new Target.Issuer(ISS), Cutoff.ALWAYS, until);
    proveFresh();

    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + hour))
        .isEqualTo(inactive(Verdict.Cause.REVOKED));
    proveFreshAt(NOW_MILLIS + hour);
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + hour))
        .isInstanceOf(Verdict.Active.class);
    // A leader whose clock is behind brings it back rather than letting it go too soon.
    proveFreshAt(NOW_MILLIS - hour);
    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + hour))
        .isEqualTo(inactive(Verdict.Cause.REVOKED));
  }

  @Test
  void isRevokedByAnyNameOfItsKey_andByItsMaterial() {
    proveFresh();
    assertThat(decide(known(NOW, null, null))).isInstanceOf(Verdict.Active.class);
    revoke(new Target.Key(ISS, "kid-2", List.of(), false), Cutoff.ALWAYS, null);
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
  }

  @Test
  void aKeyThatWasResolvedIsBlockedByItsMaterialAlone() {
    revoke(new Target.Key(ISS, "kid-1", List.of("B".repeat(43)), true), Cutoff.ALWAYS, null);
    proveFresh();
    assertThat(decide(known(NOW, null, null))).isInstanceOf(Verdict.Active.class);
    revoke(new Target.Key(null, null, List.of("A".repeat(43)), true), Cutoff.ALWAYS, null);
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
  }

  @Test
  void aViewerSeesItsAudiencesAndIssuers_andWhatItRegistered() {
    Credential credential =
        credential(new Credential.Validity(null, null, null), "registrant", "x", "y");

    assertThat(new Viewer("c", null, null, false).sees(credential)).isTrue();
    assertThat(new Viewer("c", List.of("y"), null, false).sees(credential)).isTrue();
    assertThat(new Viewer("c", List.of("z"), null, false).sees(credential)).isFalse();
    assertThat(new Viewer("c", List.of(), null, false).sees(credential)).isFalse();
    assertThat(new Viewer("c", null, List.of(ISS), false).sees(credential)).isTrue();
    assertThat(new Viewer("c", null, List.of("other"), false).sees(credential)).isFalse();
    assertThat(new Viewer("registrant", List.of(), List.of(), true).sees(credential)).isTrue();
    Known known = new Known(credential, Set.of(), 0);
    proveFresh();
    assertThat(decider.decide(known, new Viewer("c", List.of("z"), null, false), NANOS, NOW_MILLIS))
        .isEqualTo(inactive(Verdict.Cause.NOT_FOR_CALLER));
  }

  @Test
  void answersWithItsMembers() {
    assertThat(new String(known(null, null, null).answer(), StandardCharsets.UTF_8))
        .isEqualTo("{\"active\":true,\"sub\":\"sub\"}");
    Credential bare =
        new Credential(
            CredentialType.API_KEY,
            Fingerprint.of("bare"),
            new Credential.Names(null, null, null, null, null, null),
            new Credential.Validity(null, null, null),
            Credential.Binding.NONE,
            List.of(),
            "{}");
    assertThat(new String(new Known(bare, Set.of(), 0).answer(), StandardCharsets.UTF_8))
        .isEqualTo("{\"active\":true}");
  }
}
