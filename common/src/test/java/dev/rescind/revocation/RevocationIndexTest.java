package dev.rescind.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RevocationIndexTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final Target ALICE = new Target.Subject("https://as.example", "alice");

  private final RevocationIndex index = new RevocationIndex(1_000_000);

  private static Revocation revocation(UUID id, Target target, long cutoff, @Nullable Long until) {
    return new Revocation(
        id,
        target,
        new Cutoff(cutoff),
        until == null ? null : Instant.ofEpochMilli(until),
        Instant.ofEpochMilli(NOW),
        null,
        new Revocation.Circumstances("admin", null, null, false));
  }

  private boolean covers(Target target, @Nullable Long iat) {
    return index.covers(target.keys(), iat, NOW);
  }

  @Test
  void coversWhatWasIssuedAtOrBeforeTheCutoff_andWhatDoesNotSay() {
    index.apply(revocation(UUID.randomUUID(), ALICE, 100, null));
    assertThat(covers(ALICE, 99L)).isTrue();
    assertThat(covers(ALICE, 100L)).isTrue();
    assertThat(covers(ALICE, 101L)).isFalse();
    assertThat(covers(ALICE, null)).isTrue();
    assertThat(covers(new Target.Subject("https://other.example", "alice"), 99L)).isFalse();
    assertThat(covers(new Target.Client("https://as.example", "alice"), 99L)).isFalse();
  }

  @Test
  void addingAWeakerRevocationNeverReactivates() {
    index.apply(revocation(UUID.randomUUID(), ALICE, 100, null));
    index.apply(revocation(UUID.randomUUID(), ALICE, 50, null));
    assertThat(covers(ALICE, 100L)).isTrue();
  }

  @Test
  void aSuspensionEndsByItself_andOnlyItself() {
    index.apply(revocation(UUID.randomUUID(), ALICE, 100, NOW + 1));
    index.apply(revocation(UUID.randomUUID(), ALICE, 50, null));
    assertThat(index.covers(ALICE.keys(), 100L, NOW)).isTrue();
    assertThat(index.covers(ALICE.keys(), 100L, NOW + 1)).isFalse();
    assertThat(index.covers(ALICE.keys(), 50L, NOW + 1)).isTrue();
  }

  @Test
  void aLiftEndsThatOneRevocation() {
    UUID first = UUID.randomUUID();
    index.apply(revocation(first, ALICE, 100, null));
    index.apply(revocation(UUID.randomUUID(), ALICE, 90, null));
    index.apply(new Lift(first, Instant.ofEpochMilli(NOW), "admin"));
    assertThat(covers(ALICE, 100L)).isFalse();
    assertThat(covers(ALICE, 90L)).isTrue();
  }

  @Test
  void aLiftMayComeFirst_andOnceLiftedStaysLifted() {
    UUID id = UUID.randomUUID();
    index.apply(new Lift(id, Instant.ofEpochMilli(NOW), "admin"));
    assertThat(index.apply(revocation(id, ALICE, 100, null)))
        .isEqualTo(RevocationIndex.Applied.DUPLICATE);
    assertThat(covers(ALICE, 1L)).isFalse();
    assertThat(index.size()).isZero();
  }

  @Test
  void anUnresolvedKeyIsFoundByItsNameToo() {
    index.apply(
        revocation(
            UUID.randomUUID(),
            new Target.Key("https://as.example", "k1", List.of("thumb"), false),
            Long.MAX_VALUE,
            null));
    long never = Long.MAX_VALUE;
    assertThat(index.covers(List.of(Target.Key.ofThumbprint("thumb")), never, NOW)).isTrue();
    assertThat(index.covers(List.of(Target.Key.ofKeyId("https://as.example", "k1")), never, NOW))
        .isTrue();
    assertThat(index.covers(List.of(Target.Key.ofKeyId("https://as.example", "k2")), never, NOW))
        .isFalse();
  }

  /** S7: any order and repetition of the same facts gives the same digest and the same answers. */
  @Property(tries = 300)
  void orderAndRepetitionChangeNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
    Random random = new Random(seed);
    List<UUID> ids = new ArrayList<>();
    List<Object> facts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      ids.add(id);
      facts.add(
          revocation(
              id,
              target(random.nextInt(8)),
              random.nextInt(100),
              random.nextBoolean() ? null : NOW + random.nextInt(10)));
      if (random.nextInt(4) == 0) {
        facts.add(new Lift(ids.get(random.nextInt(ids.size())), Instant.EPOCH, "admin"));
      }
    }
    List<Object> shuffled = new ArrayList<>(facts);
    shuffled.addAll(facts.subList(0, facts.size() / 2));
    Collections.shuffle(shuffled, random);

    RevocationIndex one = replay(facts);
    RevocationIndex other = replay(shuffled);
    assertThat(other.digest(NOW)).isEqualTo(one.digest(NOW));
    for (int t = 0; t < 8; t++) {
      for (long iat = 0; iat < 100; iat += 7) {
        assertThat(other.covers(target(t).keys(), iat, NOW + 5))
            .isEqualTo(one.covers(target(t).keys(), iat, NOW + 5));
      }
    }
  }

  private static Target target(int n) {
    return new Target.Token(Fingerprint.of("token " + n));
  }

  private static RevocationIndex replay(List<Object> facts) {
    RevocationIndex index = new RevocationIndex(1_000_000);
    for (Object fact : facts) {
      if (fact instanceof Revocation revocation) {
        index.apply(revocation);
      } else {
        index.apply((Lift) fact);
      }
    }
    return index;
  }
}
