package dev.rescind.introspector.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.freshness.StalenessBound;
import dev.rescind.log.LiftKeys;
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
      new RecordCodec(
          new MacKeys(List.of(new MacKeys.Key("k", new byte[32]))), new LiftKeys(List.of(), null));
  private static final Viewer ALL = new Viewer("caller", null, null, false, false);

  private final Replica replica =
      new Replica(CODEC, StalenessBound.of(StalenessBound.DEFAULT), Replica.Start.empty(1_000));
  private final Decider decider = new Decider(replica);
  private long offset;
  private long logMillis = NOW_MILLIS;

  private void read(LogRecord record) {
    RecordCodec.Encoded encoded = CODEC.encode(record);
    replica.apply(offset++, logMillis, encoded.key(), encoded.value());
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
  void aSuspensionCoversUntilItsEnd_byThisNodesClockAndByTheLogs() {
    revoke(new Target.Issuer(ISS), Cutoff.ALWAYS, Instant.ofEpochMilli(NOW_MILLIS + 1));
    proveFresh();
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + 3_600_000))
        .isEqualTo(inactive(Verdict.Cause.REVOKED));
    logMillis = NOW_MILLIS + 3_600_000;
    proveFresh();
    assertThat(decide(known(NOW, null, null))).isEqualTo(inactive(Verdict.Cause.REVOKED));
    assertThat(decider.decide(known(NOW, null, null), ALL, NANOS, NOW_MILLIS + 1))
        .isInstanceOf(Verdict.Active.class);
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

    assertThat(new Viewer("c", null, null, false, false).sees(credential)).isTrue();
    assertThat(new Viewer("c", List.of("y"), null, false, false).sees(credential)).isTrue();
    assertThat(new Viewer("c", List.of("z"), null, false, false).sees(credential)).isFalse();
    assertThat(new Viewer("c", List.of(), null, false, false).sees(credential)).isFalse();
    assertThat(new Viewer("c", null, List.of(ISS), false, false).sees(credential)).isTrue();
    assertThat(new Viewer("c", null, List.of("other"), false, false).sees(credential)).isFalse();
    assertThat(new Viewer("registrant", List.of(), List.of(), true, false).sees(credential))
        .isTrue();
    Known known = new Known(credential, Set.of(), 0);
    proveFresh();
    assertThat(
            decider.decide(
                known, new Viewer("c", List.of("z"), null, false, false), NANOS, NOW_MILLIS))
        .isEqualTo(inactive(Verdict.Cause.NOT_FOR_CALLER));
  }

  @Test
  void aRefreshTokenIsSeenByItsClient_andByWhoRegisteredIt() {
    Credential refresh = refreshToken("the-client");

    assertThat(new Viewer("the-client", List.of(), null, false, false).sees(refresh)).isTrue();
    assertThat(new Viewer("registrant", List.of(), null, true, false).sees(refresh)).isTrue();
    assertThat(new Viewer("c", null, null, false, false).sees(refresh)).isFalse();
    assertThat(new Viewer("c", List.of("x"), null, false, false).sees(refresh)).isFalse();
    assertThat(new Viewer("the-client", null, List.of("other"), false, false).sees(refresh))
        .isFalse();
    proveFresh();
    assertThat(
            decider.decide(
                new Known(refresh, Set.of(), 0),
                new Viewer("c", null, null, false, false),
                NANOS,
                NOW_MILLIS))
        .isEqualTo(inactive(Verdict.Cause.NOT_FOR_CALLER));
  }

  @Test
  void aRefreshTokenOfNoNamedClientIsSeenByItsAudiences() {
    Credential refresh = refreshToken(null);

    assertThat(new Viewer("c", null, null, false, false).sees(refresh)).isTrue();
    assertThat(new Viewer("c", List.of("x"), null, false, false).sees(refresh)).isTrue();
    assertThat(new Viewer("c", List.of("z"), null, false, false).sees(refresh)).isFalse();
  }

  private static Credential refreshToken(@Nullable String clientId) {
    return new Credential(
        CredentialType.REFRESH_TOKEN,
        Fingerprint.of("a refresh token"),
        new Credential.Names(ISS, "sub", clientId, null, null, null),
        new Credential.Validity(null, null, null),
        new Credential.Binding(null, null, null, "registrant", null),
        List.of("x"),
        "{}");
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

  private static final Viewer TAKES_STALE = new Viewer("caller", null, null, false, true);
  private static final long OLD = NANOS + 7_000_000_000L;

  private Verdict whenOld(Known known, Viewer viewer) {
    return decider.decide(known, viewer, OLD, NOW_MILLIS);
  }

  @Test
  void whoTakesStaleAnswersIsToldWhatIsKnown_andHowOldThatIs() {
    revoke(new Target.Subject(ISS, "sub"), new Cutoff(NOW - 10), null);
    proveFresh();

    assertThat(whenOld(known(NOW - 10, null, null), TAKES_STALE))
        .isEqualTo(new Verdict.Stale(inactive(Verdict.Cause.REVOKED), 7_000));
    assertThat(whenOld(known(NOW - 9, null, null), TAKES_STALE))
        .isInstanceOfSatisfying(
            Verdict.Stale.class,
            stale -> {
              assertThat(stale.found()).isInstanceOf(Verdict.Active.class);
              assertThat(stale.stalenessMillis()).isEqualTo(7_000);
            });
    assertThat(decider.none(Verdict.Cause.UNKNOWN, TAKES_STALE, OLD))
        .isEqualTo(new Verdict.Stale(inactive(Verdict.Cause.UNKNOWN), 7_000));
  }

  @Test
  void whoTakesStaleAnswersGetsPlainOnes_whileTheyAreFresh() {
    proveFresh();
    assertThat(decider.decide(known(NOW, null, null), TAKES_STALE, NANOS, NOW_MILLIS))
        .isInstanceOf(Verdict.Active.class);
    assertThat(decider.none(Verdict.Cause.UNKNOWN, TAKES_STALE, NANOS))
        .isEqualTo(inactive(Verdict.Cause.UNKNOWN));
  }

  /** Only age is forgiven. */
  @Test
  void nobodyIsToldAnythingByAViewThatWasNeverProvenOrIsNotSound() {
    Known one = known(NOW, null, null);
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Undecided.class);
    proveFresh();
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Stale.class);
    replica.suspend("the topic can lose facts");
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Undecided.class);
    replica.resume();
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Undecided.class);
    proveFresh();
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Stale.class);
    replica.distrust("the log was made anew");
    assertThat(whenOld(one, TAKES_STALE)).isInstanceOf(Verdict.Undecided.class);
    assertThat(decider.none(Verdict.Cause.UNKNOWN, TAKES_STALE, OLD))
        .isInstanceOf(Verdict.Undecided.class);
  }

  /**
   * Whatever the age of the proof and the credential: over the bound, the others are told nothing.
   */
  @Test
  void whoDoesNotTakeStaleAnswersNeverGetsOne() {
    revoke(new Target.Subject(ISS, "sub"), new Cutoff(NOW - 10), null);
    proveFresh();
    for (long age = 0; age < 10_000_000_000L; age += 1_234_567) {
      for (Verdict verdict :
          List.of(
              decider.none(Verdict.Cause.UNKNOWN, ALL, NANOS + age),
              decider.decide(known(NOW, null, null), ALL, NANOS + age, NOW_MILLIS),
              decider.decide(known(NOW - 10, null, null), ALL, NANOS + age, NOW_MILLIS),
              decider.decide(known(null, null, 1L), ALL, NANOS + age, NOW_MILLIS))) {
        assertThat(verdict instanceof Verdict.Undecided)
            .as("%d ns: %s", age, verdict)
            .isEqualTo(age > StalenessBound.DEFAULT.toNanos());
        assertThat(verdict).isNotInstanceOf(Verdict.Stale.class);
      }
    }
  }
}
