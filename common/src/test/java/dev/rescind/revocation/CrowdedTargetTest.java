package dev.rescind.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many facts of few targets; what a sweep leaves; what is put back from parts; a full index. */
@Timeout(60)
class CrowdedTargetTest {
  private static final long NOW = 1_800_000_000_000L;

  private static Target target(int n) {
    return new Target.Subject("https://as.example", "user " + n);
  }

  private static Revocation revocation(
      UUID id, Target target, long cutoff, @Nullable Long until, @Nullable Long expires) {
    return new Revocation(
        id,
        target,
        new Cutoff(cutoff),
        until == null ? null : Instant.ofEpochMilli(until),
        Instant.ofEpochMilli(NOW),
        expires == null ? null : Instant.ofEpochMilli(expires),
        new Revocation.Circumstances("admin", null, null, false));
  }

  private static Lift lift(UUID id) {
    return new Lift(id, Instant.EPOCH, "admin");
  }

  /** One to three targets, so that some are crowded and others beside them are not. */
  private record World(List<Revocation> revocations, Set<UUID> lifted) {
    static World random(Random random, int facts) {
      List<Revocation> revocations = new ArrayList<>();
      Set<UUID> lifted = new HashSet<>();
      int targets = 1 + random.nextInt(3);
      for (int i = 0; i < facts; i++) {
        UUID id = new UUID(random.nextLong(), random.nextInt(3));
        revocations.add(
            revocation(
                id,
                target(random.nextInt(targets)),
                random.nextInt(20),
                random.nextInt(3) == 0 ? null : NOW + random.nextInt(20),
                random.nextInt(3) == 0 ? null : NOW + random.nextInt(20)));
        if (random.nextInt(5) == 0) {
          lifted.add(id);
        }
      }
      return new World(revocations, lifted);
    }

    boolean covers(Target target, @Nullable Long iat, long now) {
      return revocations.stream()
          .filter(one -> one.target().equals(target) && !lifted.contains(one.id()))
          .anyMatch(one -> one.inForce(now) && one.cutoff().covers(iat));
    }

    RevocationIndex index(Random random) {
      List<Object> facts = new ArrayList<>(revocations);
      lifted.forEach(id -> facts.add(lift(id)));
      facts.addAll(revocations.subList(0, revocations.size() / 3));
      Collections.shuffle(facts, random);
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

    void assertSameAnswers(RevocationIndex index, long fromMillis) {
      for (int t = 0; t < 3; t++) {
        for (Long iat : new Long[] {null, 0L, 3L, 7L, 11L, 15L, 19L, 20L}) {
          for (long now = fromMillis; now < NOW + 21; now += 4) {
            assertThat(index.covers(target(t).keys(), iat, now))
                .as("target %s, iat %s, at %s", t, iat, now - NOW)
                .isEqualTo(covers(target(t), iat, now));
          }
        }
      }
    }
  }

  @Property(tries = 150)
  void answersAsAListOfAllFactsDoes(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 300) int facts) {
    World world = World.random(random, facts);
    RevocationIndex index = world.index(random);
    world.assertSameAnswers(index, NOW);
    assertThat(world.index(random).digest(NOW)).isEqualTo(index.digest(NOW));
  }

  /** S4, S6: a sweep changes no answer from then on, and no digest. */
  @Property(tries = 150)
  void aSweepDropsNothingThatDecides(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 300) int facts,
      @ForAll @IntRange(min = 0, max = 21) int after) {
    World world = World.random(random, facts);
    RevocationIndex index = world.index(random);
    RevocationIndex never = world.index(random);
    int before = index.size();
    long at = NOW + after;

    int dropped = index.sweep(at);

    assertThat(index.size()).isEqualTo(before - dropped);
    assertThat(index.digest(at)).isEqualTo(never.digest(at));
    assertThat(index.digest(at + 5)).isEqualTo(never.digest(at + 5));
    assertThat(index.sweep(at)).isZero();
    // An expired fact covers what has expired alone, so the index need not say so any more.
    World kept =
        new World(
            world.revocations().stream()
                .filter(one -> one.expires() == null || one.expires().toEpochMilli() >= at)
                .toList(),
            world.lifted());
    kept.assertSameAnswers(index, at);
    world.revocations().forEach(index::apply);
    world.assertSameAnswers(index, at);
  }

  @Property(tries = 50)
  void theLiftedLeaveWithTheNextSweep(@ForAll Random random) {
    World world = World.random(random, 100);
    RevocationIndex index = world.index(random);
    index.sweep(0);
    int before = index.size();
    Set<UUID> more = new HashSet<>(world.lifted());
    world.revocations().stream().limit(30).map(Revocation::id).forEach(more::add);
    more.forEach(id -> index.apply(lift(id)));

    assertThat(index.sweep(0)).isEqualTo(before - index.size());
    assertThat(index.size()).isEqualTo(entriesOf(world.revocations(), more));
    new World(world.revocations(), more).assertSameAnswers(index, NOW);
  }

  private static int entriesOf(List<Revocation> revocations, Set<UUID> lifted) {
    Set<Revocation> different = new HashSet<>(revocations);
    different.removeIf(one -> lifted.contains(one.id()));
    return different.size();
  }

  @Property(tries = 50)
  void whatIsPutBackFromPartsIsTheSameIndex(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 300) int facts) {
    World world = World.random(random, facts);
    RevocationIndex index = world.index(random);
    RevocationIndex copy = new RevocationIndex(1_000_000);
    for (int part = 0; part < RevocationIndex.PARTS; part++) {
      long[] words = index.part(part);
      copy.putBack(part, words, words.length / RevocationIndex.WORDS);
    }
    index.liftedIds().forEach(copy::putBack);

    assertThat(copy.digest(NOW)).isEqualTo(index.digest(NOW));
    assertThat(copy.size()).isEqualTo(index.size());
    world.assertSameAnswers(copy, NOW);
    world
        .revocations()
        .forEach(one -> assertThat(copy.apply(one)).isEqualTo(RevocationIndex.Applied.DUPLICATE));
  }

  @Test
  void whatIsPutBackMustBeOfThatPart() {
    RevocationIndex index = new RevocationIndex(1_000);
    Target target = target(1);
    index.apply(revocation(UUID.randomUUID(), target, 1, null, null));
    int part = (int) (target.keys().get(0).high() >>> 56);

    assertThatThrownBy(() -> new RevocationIndex(1_000).putBack(part ^ 1, index.part(part), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> index.putBack(part, index.part(part), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Were a target's facts gone through one by one, this would take minutes. */
  @Test
  void aTargetWithAHundredThousandFactsIsSearchedAndAddedToAsFast() {
    RevocationIndex index = new RevocationIndex(1_000_000);
    Random random = new Random(1);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      ids.add(id);
      index.apply(revocation(id, target(1), i, null, null));
      assertThat(index.covers(target(1).keys(), (long) i, NOW)).isTrue();
      assertThat(index.covers(target(1).keys(), i + 1L, NOW)).isFalse();
    }
    for (int i = 99_999; i > 0; i--) {
      index.apply(lift(ids.get(i)));
      assertThat(index.covers(target(1).keys(), (long) i, NOW)).isFalse();
      assertThat(index.covers(target(1).keys(), i - 1L, NOW)).isTrue();
    }
    assertThat(index.sweep(0)).isEqualTo(99_999);
    assertThat(index.covers(target(1).keys(), 0L, NOW)).isTrue();
  }

  @Test
  void timesBeyondItsReachCountAsNeverOver() {
    RevocationIndex index = new RevocationIndex(1_000);
    long far = Duration.ofDays(365 * 5_000L).toMillis();
    index.apply(revocation(UUID.randomUUID(), target(1), far, far, far));
    index.apply(revocation(UUID.randomUUID(), target(2), 5, 0L, null));

    assertThat(index.sweep(far - 1)).isOne();
    assertThat(index.covers(target(1).keys(), far + 1, far - 1)).isTrue();
  }

  /** S10: it does not grow beyond its limit, and says so. */
  @Test
  void takesNoMoreThanItMayHold() {
    RevocationIndex index = new RevocationIndex(3);
    UUID id = UUID.randomUUID();
    Revocation first = revocation(id, target(1), 1, null, null);
    index.apply(first);
    index.apply(revocation(UUID.randomUUID(), target(2), 1, null, null));
    index.apply(lift(UUID.randomUUID()));

    assertThat(index.apply(revocation(UUID.randomUUID(), target(3), 1, null, null)))
        .isEqualTo(RevocationIndex.Applied.FULL);
    assertThat(index.apply(lift(UUID.randomUUID()))).isEqualTo(RevocationIndex.Applied.FULL);
    assertThat(index.apply(first)).isEqualTo(RevocationIndex.Applied.DUPLICATE);
    assertThat(index.size() + index.lifts()).isEqualTo(3);
  }
}
