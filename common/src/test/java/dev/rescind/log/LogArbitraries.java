package dev.rescind.log;

import dev.rescind.credential.Fingerprint;
import dev.rescind.freshness.Barrier;
import dev.rescind.freshness.NodeState;
import dev.rescind.revocation.Cutoff;
import dev.rescind.revocation.Lift;
import dev.rescind.revocation.Revocation;
import dev.rescind.revocation.Target;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every record that the log can hold. */
final class LogArbitraries {
  /** The end of the year 9999, in milliseconds. */
  private static final long END = 253_402_300_799_999L;

  private LogArbitraries() {}

  static Arbitrary<LogRecord> records() {
    return Arbitraries.oneOf(
        revocations().map(LogRecord.Revoked::new),
        lifts().map(LogRecord.Lifted::new),
        barriers().map(LogRecord.BarrierWritten::new));
  }

  static Arbitrary<Lift> lifts() {
    return Combinators.combine(ids(), instants(), texts()).as(Lift::new);
  }

  static Arbitrary<Revocation> revocations() {
    return Combinators.combine(
            ids(),
            targets(),
            cutoffs(),
            instants().injectNull(0.5),
            instants(),
            instants().injectNull(0.5),
            circumstances())
        .as(Revocation::new);
  }

  private static Arbitrary<Revocation.Circumstances> circumstances() {
    return Combinators.combine(
            texts(),
            texts().injectNull(0.3),
            fingerprints().injectNull(0.3),
            Arbitraries.of(true, false))
        .as(Revocation.Circumstances::new);
  }

  private static Arbitrary<Target> targets() {
    return Arbitraries.oneOf(
        fingerprints().map(Target.Token::new),
        Combinators.combine(texts(), texts()).as(Target.TokenId::new),
        Combinators.combine(texts(), texts()).as(Target.Grant::new),
        Combinators.combine(texts(), texts()).as(Target.Session::new),
        Combinators.combine(texts(), texts()).as(Target.Subject::new),
        Combinators.combine(texts(), texts()).as(Target.Client::new),
        texts().map(Target.Issuer::new),
        texts().map(Target.Certificate::new),
        keys());
  }

  private static Arbitrary<Target> keys() {
    Arbitrary<List<String>> jkts = texts().list().ofMaxSize(5);
    Arbitrary<Target> named =
        Combinators.combine(texts(), texts(), jkts, Arbitraries.of(true, false))
            .as(Target.Key::new);
    Arbitrary<Target> byMaterial =
        texts().map(jkt -> new Target.Key(null, null, List.of(jkt), true));
    return Arbitraries.oneOf(named, byMaterial);
  }

  private static Arbitrary<Barrier> barriers() {
    return Combinators.combine(
            Combinators.combine(texts(), texts(), texts(), Arbitraries.of(true, false))
                .as(Barrier.Writer::new),
            ids(),
            Arbitraries.longs(),
            Arbitraries.longs(),
            Combinators.combine(Arbitraries.of(NodeState.values()), Arbitraries.longs())
                .as(Barrier.Status::new))
        .as(Barrier::new);
  }

  static Arbitrary<UUID> ids() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
  }

  private static Arbitrary<Fingerprint> fingerprints() {
    return Arbitraries.strings().map(Fingerprint::of);
  }

  private static Arbitrary<Cutoff> cutoffs() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, END / 1_000).map(Cutoff::new),
        Arbitraries.just(Cutoff.ALWAYS));
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs().between(0, END).map(Instant::ofEpochMilli);
  }

  /** Any Unicode text, the empty one too. */
  private static Arbitrary<String> texts() {
    return Arbitraries.integers()
        .between(0, 0x10ffff)
        .filter(point -> point < 0xd800 || point > 0xdfff)
        .list()
        .ofMaxSize(24)
        .map(
            points -> {
              StringBuilder text = new StringBuilder();
              points.forEach(text::appendCodePoint);
              return text.toString();
            });
  }
}
