package dev.rescind.publisher.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TallyTest {
  private static final long NOW = 1_000;

  private static Credential credential(
      String token, String sub, String clientId, @Nullable Long iat, @Nullable Long exp) {
    return new Credential(
        CredentialType.API_KEY,
        Fingerprint.of(token),
        new Credential.Names("i", sub, clientId, null, null, null),
        new Credential.Validity(iat, null, exp),
        Credential.Binding.NONE,
        List.of(),
        "{}");
  }

  private static Tally tally(Target target, Cutoff cutoff) {
    return new Tally(
        new Tally.Question(
            target,
            cutoff,
            NOW,
            one -> one.fingerprint().equals(Fingerprint.of("revoked")),
            one -> !"hidden".equals(one.names().clientId())));
  }

  @Test
  void countsWhatTheRevocationWouldHit() {
    Tally tally = tally(new Target.Subject("i", "s"), new Cutoff(500));
    tally.registered(credential("a", "s", "c1", 500L, null));
    tally.registered(credential("b", "s", "c1", null, 2_000L));
    tally.recentlySeen(credential("c", "s", "c2", 1L, 2_000L));
    tally.registered(credential("another's", "t", "c1", 1L, null));
    tally.registered(credential("later", "s", "c1", 501L, null));
    tally.registered(credential("expired", "s", "c1", 1L, NOW));
    tally.registered(credential("revoked", "s", "c1", 1L, null));
    assertThat(tally.registered()).isEqualTo(2);
    assertThat(tally.recentlySeen()).isEqualTo(1);
    assertThat(tally.byType()).containsOnly(java.util.Map.entry("api_key", 3));
    assertThat(tally.byClient())
        .containsOnly(java.util.Map.entry("c1", 2), java.util.Map.entry("c2", 1));
  }

  @Test
  void countsAndDoesNotShowWhatTheCallerMayNotSee() {
    Tally tally = tally(new Target.Issuer("i"), Cutoff.ALWAYS);
    tally.registered(credential("a", "s", "hidden", 1L, null));
    assertThat(tally.registered()).isEqualTo(1);
    assertThat(tally.byClient()).isEmpty();
    assertThat(tally.sample()).isEmpty();
  }

  @Test
  void showsTenAtMost() {
    Tally tally = tally(new Target.Issuer("i"), Cutoff.ALWAYS);
    for (int i = 0; i < 100; i++) {
      tally.registered(credential("t" + i, "s", "c", 1L, null));
    }
    assertThat(tally.registered()).isEqualTo(100);
    assertThat(tally.sample()).hasSize(Tally.MAX_SAMPLE);
  }
}
