package dev.rescind.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;

/** The index against a list of facts that is gone through from end to end: S3, S5, S6, S7. */
class RevocationModelTest {
  private static final String ISS = "https://as.example";
  private static final long NOW = 1_800_000_000_000L;

  /** A revocation, or the lift of one by its id. */
  sealed interface Fact {
    record Revoke(Revocation revocation) implements Fact {}

    record End(Lift lift) implements Fact {}
  }

  /** Every fact is held, and each question answered from all of them. */
  private record Model(List<Fact> facts) {
    boolean covers(List<TargetKey> credential, @Nullable Long iat, long nowMillis) {
      return facts.stream()
          .filter(Fact.Revoke.class::isInstance)
          .map(fact -> ((Fact.Revoke) fact).revocation())
          .filter(revocation -> !isLifted(revocation.id()))
          .filter(revocation -> revocation.inForce(nowMillis))
          .filter(revocation -> revocation.cutoff().covers(iat))
          .anyMatch(revocation -> !Collections.disjoint(revocation.target().keys(), credential));
    }

    boolean isLifted(UUID id) {
      return facts.stream()
          .anyMatch(fact -> fact instanceof Fact.End end && end.lift().revocation().equals(id));
    }
  }

  private static RevocationIndex.Applied apply(RevocationIndex index, Fact fact) {
    return fact instanceof Fact.Revoke revoke
        ? index.apply(revoke.revocation())
        : index.apply(((Fact.End) fact).lift());
  }

  private static RevocationIndex replay(List<Fact> facts) {
    RevocationIndex index = new RevocationIndex(1_000_000);
    facts.forEach(fact -> apply(index, fact));
    return index;
  }

  private static void assertSameAnswers(RevocationIndex index, List<Fact> facts) {
    Model model = new Model(facts);
    for (Target one : TARGETS) {
      for (Target other : TARGETS) {
        List<TargetKey> credential = new ArrayList<>(one.keys());
        credential.addAll(other.keys());
        for (Long iat : new Long[] {null, 0L, 1L, 2L, 3L, 4L, Long.MAX_VALUE}) {
          for (long now : new long[] {NOW, NOW + 1, NOW + 2}) {
            assertThat(index.covers(credential, iat, now))
                .as("%s and %s, iat %s at %s", one, other, iat, now)
                .isEqualTo(model.covers(credential, iat, now));
          }
        }
      }
    }
  }

  private static final List<Target> TARGETS =
      List.of(
          new Target.Subject(ISS, "a"),
          new Target.Client(ISS, "a"),
          new Target.Issuer(ISS),
          new Target.Key(ISS, "k", List.of("t1", "t2"), true),
          new Target.Key(ISS, "k", List.of("t2"), false),
          new Target.Key(null, null, List.of("t1"), true));

  @Property(tries = 200)
  void answersAsTheModelDoes_inWhateverOrderAndHoweverOftenTheFactsCame(
      @ForAll("facts") List<Fact> facts, @ForAll Random random) {
    List<Fact> shuffled = new ArrayList<>(facts);
    facts.stream().filter(fact -> random.nextBoolean()).forEach(shuffled::add);
    Collections.shuffle(shuffled, random);
    RevocationIndex index = replay(shuffled);

    assertSameAnswers(index, facts);
    assertThat(index.digest(NOW)).isEqualTo(replay(facts).digest(NOW));
  }

  @Property(tries = 200)
  void whatWasAppliedOnceChangesNothingTheSecondTime(@ForAll("facts") List<Fact> facts) {
    RevocationIndex index = replay(facts);
    long digest = index.digest(NOW);

    for (Fact fact : facts) {
      assertThat(apply(index, fact)).isEqualTo(RevocationIndex.Applied.DUPLICATE);
    }
    assertThat(index.digest(NOW)).isEqualTo(digest);
  }

  @Property(tries = 200)
  void addingARevocationNeverReactivates(
      @ForAll("facts") List<Fact> facts, @ForAll("revocations") Revocation more) {
    RevocationIndex before = replay(facts);
    RevocationIndex after = replay(facts);
    after.apply(more);

    for (Target target : TARGETS) {
      for (long iat = 0; iat < 5; iat++) {
        for (long now = NOW; now < NOW + 3; now++) {
          if (before.covers(target.keys(), iat, now)) {
            assertThat(after.covers(target.keys(), iat, now)).isTrue();
          }
        }
      }
    }
  }

  @Property(tries = 200)
  void aLiftTakesBackItsOneRevocation_asIfThatHadNeverBeen(
      @ForAll("facts") List<Fact> facts, @ForAll("revocations") Revocation ended) {
    List<Fact> others =
        facts.stream()
            .filter(
                fact ->
                    !(fact instanceof Fact.Revoke revoke
                        && revoke.revocation().id().equals(ended.id())))
            .toList();
    List<Fact> all = new ArrayList<>(facts);
    all.add(new Fact.Revoke(ended));
    all.add(new Fact.End(new Lift(ended.id(), Instant.EPOCH, "admin")));

    assertSameAnswers(replay(all), others);
  }

  @Property
  void theCutoffOfATargetIsTheGreatestOfItsRevocations(
      @ForAll List<@LongRange(min = 0, max = 100) Long> cutoffs) {
    RevocationIndex index = new RevocationIndex(1_000_000);
    for (int i = 0; i < cutoffs.size(); i++) {
      index.apply(revocation(i, TARGETS.get(0), cutoffs.get(i), null));
    }
    long greatest = cutoffs.stream().mapToLong(Long::longValue).max().orElse(-1);

    for (long iat = 0; iat <= 101; iat++) {
      assertThat(index.covers(TARGETS.get(0).keys(), iat, NOW)).isEqualTo(iat <= greatest);
    }
  }

  private static Revocation revocation(
      int id, Target target, long cutoff, @Nullable Long untilMillis) {
    return new Revocation(
        new UUID(0, id),
        target,
        new Cutoff(cutoff),
        untilMillis == null ? null : Instant.ofEpochMilli(untilMillis),
        Instant.EPOCH,
        null,
        new Revocation.Circumstances("admin", null, null, false));
  }

  /** Few ids, targets and times, so that they meet; also one id with two contents. */
  @Provide
  Arbitrary<Revocation> revocations() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.of(TARGETS),
            Arbitraries.of(0L, 1L, 2L, 3L, Cutoff.ALWAYS.second()),
            Arbitraries.longs().between(NOW, NOW + 2).injectNull(0.5))
        .as(RevocationModelTest::revocation);
  }

  @Provide
  Arbitrary<List<Fact>> facts() {
    Arbitrary<Fact> lifts =
        Arbitraries.integers()
            .between(0, 9)
            .map(id -> new Fact.End(new Lift(new UUID(0, id), Instant.EPOCH, "admin")));
    Arbitrary<Fact> revokes = revocations().map(Fact.Revoke::new);
    return Arbitraries.frequencyOf(Tuple.of(5, revokes), Tuple.of(1, lifts)).list().ofMaxSize(20);
  }
}
