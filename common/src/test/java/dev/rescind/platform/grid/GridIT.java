package dev.rescind.platform.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.log.CredentialCodec;
import dev.rescind.platform.config.GridConfig;
import dev.rescind.platform.config.KeyConfig;
import dev.rescind.platform.config.Secret;
import dev.rescind.platform.identity.OnceOnly;
import dev.rescind.replica.CredentialStore;
import dev.rescind.replica.CredentialStore.Entry;
import dev.rescind.replica.CredentialStore.Progress;
import dev.rescind.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The grid on real members, without Kafka. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GridIT {
  private static final int PARTITIONS = 4;
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Seal SEAL = new Seal(List.of(new Seal.Key("k", new byte[32])));

  private final Vertx vertx;
  private final String cluster = "grid-it-" + UUID.randomUUID();
  private final List<GridNode> nodes = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  GridIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @AfterEach
  void close() {
    nodes.forEach(GridNode::close);
  }

  private GridConfig config(int port) {
    return new GridConfig(
        cluster,
        "127.0.0.1",
        port,
        ports.stream().map(one -> "127.0.0.1:" + one).toList(),
        List.of(new KeyConfig("k", Secret.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"))),
        Duration.ofSeconds(5),
        1_000_000);
  }

  private GridNode member() {
    ports.add(FreePorts.one());
    GridNode node = GridNode.member(config(ports.get(ports.size() - 1)));
    nodes.add(node);
    return node;
  }

  private GridStore store(GridNode node) {
    return new GridStore(node, SEAL, PARTITIONS, InstantSource.fixed(NOW));
  }

  private CredentialGrid grid(GridNode node) {
    CredentialGrid grid = new CredentialGrid(vertx, node, SEAL, PARTITIONS, Duration.ofSeconds(5));
    grid.look().await();
    return grid;
  }

  private static Credential credential(String token, String members, @Nullable Long exp) {
    return new Credential(
        CredentialType.API_KEY,
        Fingerprint.of(token),
        new Credential.Names(null, null, null, null, null, null),
        new Credential.Validity(null, null, exp),
        Credential.Binding.NONE,
        List.of(),
        members);
  }

  private static Entry entry(Credential credential) {
    return new Entry(
        credential.fingerprint(), CredentialCodec.toBytes(credential), credential.validity().exp());
  }

  private static int partition(Credential credential) {
    return CredentialCodec.partition(credential.fingerprint(), PARTITIONS);
  }

  private static CredentialGrid.Lookup find(CredentialGrid grid, Credential credential) {
    return Future.succeededFuture().compose(none -> grid.find(credential.fingerprint())).await();
  }

  private static void load(CredentialStore store, int partition, Credential... credentials)
      throws Exception {
    Progress from = store.claim(partition);
    for (Credential one : credentials) {
      store.store(partition, List.of(entry(one)));
    }
    assertThat(store.advance(partition, from, new Progress(from.loader(), 10, true))).isTrue();
  }

  @Test
  void isNotSureOfAnything_untilThePartitionIsLoaded() throws Exception {
    GridNode node = member();
    GridStore store = store(node);
    CredentialGrid grid = grid(node);
    Credential one = credential("one", "{}", null);

    assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.NotSure.class);
    Progress from = store.claim(partition(one));
    assertThat(from.offset()).isEqualTo(-1);
    assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.NotSure.class);

    store.advance(partition(one), from, new Progress(from.loader(), 3, true));
    assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.Absent.class);
    store.store(partition(one), List.of(entry(one)));
    assertThat(find(grid, one)).isEqualTo(new CredentialGrid.Lookup.Found(one));
    assertThat(grid.isLoaded()).isFalse();
  }

  @Test
  void theFirstRegistrationCounts_inOneBatchAndInTwo() throws Exception {
    GridNode node = member();
    GridStore store = store(node);
    CredentialGrid grid = grid(node);
    Credential first = credential("one", "{\"n\":1}", null);
    Credential second = credential("one", "{\"n\":2}", null);

    CredentialStore.Stored result =
        store.store(partition(first), List.of(entry(first), entry(second)));
    assertThat(result).isEqualTo(new CredentialStore.Stored(1, 1, 0));
    assertThat(store.store(partition(first), List.of(entry(second))).stored()).isZero();

    load(store, partition(first));
    assertThat(find(grid, first)).isEqualTo(new CredentialGrid.Lookup.Found(first));
  }

  @Test
  void countsWhatIsRegistered_andNotHowFarItIsLoaded() throws Exception {
    GridNode node = member();
    GridStore store = store(node);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      load(store, partition);
    }
    Credential one = credential("one", "{}", null);
    store.store(partition(one), List.of(entry(one)));
    CredentialGrid grid = grid(node);

    grid.count().await();

    assertThat(grid.size()).isEqualTo(1);
  }

  @Test
  void leavesOutWhatEndedLongAgo() throws Exception {
    GridStore store = store(member());
    Credential ended = credential("one", "{}", NOW.getEpochSecond() - 86_400);
    Credential justEnded = credential("two", "{}", NOW.getEpochSecond() - 1);

    assertThat(store.store(partition(ended), List.of(entry(ended))).expired()).isEqualTo(1);
    assertThat(store.store(partition(justEnded), List.of(entry(justEnded))).stored()).isEqualTo(1);
  }

  @Test
  void onlyTheLastClaimAdvances() throws Exception {
    GridStore store = store(member());
    Progress first = store.claim(0);
    Progress second = store.claim(0);

    assertThat(store.advance(0, first, new Progress(first.loader(), 5, true))).isFalse();
    assertThat(store.advance(0, second, new Progress(second.loader(), 5, true))).isTrue();
  }

  @Test
  void whoTakesAPartitionOver_goesOnWhereItWas_andHasToComeToItsEndItself() throws Exception {
    GridStore store = store(member());
    Progress first = store.claim(0);
    assertThat(store.advance(0, first, new Progress(first.loader(), 5, true))).isTrue();

    Progress next = store.claim(0);

    assertThat(next.offset()).isEqualTo(5);
    assertThat(next.loaded()).isFalse();
  }

  @Test
  void everyPartitionIsOwnedByOneMember() throws Exception {
    GridNode first = member();
    GridNode second = member();

    // While partitions move to the second member, the two are asked at different moments.
    while (!isSharedOut(store(first).owned(), store(second).owned())) {
      Thread.onSpinWait();
    }
  }

  private static boolean isSharedOut(Set<Integer> first, Set<Integer> second) {
    Set<Integer> both = new TreeSet<>(first);
    both.addAll(second);
    return both.equals(Set.of(0, 1, 2, 3)) && Collections.disjoint(first, second);
  }

  @Test
  void whatIsLostWithAllItsCopiesIsNotSaidToBeAbsent_andIsClaimedFromTheStart() throws Exception {
    GridNode first = member();
    List<Credential> credentials = new ArrayList<>();
    GridStore firstStore = store(first);
    for (int i = 0; i < 40; i++) {
      Credential one = credential("token " + i, "{}", null);
      credentials.add(one);
      firstStore.store(partition(one), List.of(entry(one)));
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      load(firstStore, partition);
    }
    GridNode second = member();
    CredentialGrid grid = grid(second);
    assertThat(grid.isLoaded()).isTrue();
    for (Credential one : credentials) {
      assertThat(find(grid, one)).isEqualTo(new CredentialGrid.Lookup.Found(one));
    }

    // Without a backup in time: as if both copies were on members that are gone.
    second.hazelcast().getMap(GridMaps.CREDENTIALS).clear();

    for (Credential one : credentials) {
      assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.NotSure.class);
    }
    assertThat(store(second).claim(0).offset()).isEqualTo(-1);
  }

  @Test
  void aPartitionThatWasLostAndLoadedBetweenTwoReadsIsReadAgain() throws Exception {
    GridNode node = member();
    GridStore store = store(node);
    CredentialGrid grid = grid(node);
    Credential one = credential("one", "{}", null);
    load(store, partition(one));
    assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.Absent.class);

    load(store, partition(one), one); // another loader: what was seen before counts no more

    assertThat(find(grid, one)).isEqualTo(new CredentialGrid.Lookup.Found(one));
    assertThat(find(grid, credential("none", "{}", null)))
        .isInstanceOfAny(CredentialGrid.Lookup.Absent.class, CredentialGrid.Lookup.NotSure.class);
  }

  @Test
  void isNotSureOfWhatNoKeyOpens() throws Exception {
    GridNode node = member();
    Credential one = credential("one", "{}", null);
    byte[] other = new byte[32];
    other[0] = 1;
    new GridStore(
            node, new Seal(List.of(new Seal.Key("k", other))), PARTITIONS, InstantSource.fixed(NOW))
        .store(partition(one), List.of(entry(one)));
    CredentialGrid grid = grid(node);
    load(store(node), partition(one));

    assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.NotSure.class);
    assertThat(grid.unreadable()).isEqualTo(1);
  }

  @Test
  void aClientFindsWhatMembersHold_andIsNotSureWithoutThem() throws Exception {
    GridNode node = member();
    Credential one = credential("one", "{}", null);
    load(store(node), partition(one), one);
    GridNode client = GridNode.client(config(ports.get(0)));
    try {
      CredentialGrid grid =
          new CredentialGrid(vertx, client, SEAL, PARTITIONS, Duration.ofSeconds(5));
      while (!isConnected(grid)) {
        Thread.onSpinWait();
      }
      assertThat(find(grid, one)).isEqualTo(new CredentialGrid.Lookup.Found(one));

      nodes.remove(node);
      node.close();

      assertThat(find(grid, one)).isInstanceOf(CredentialGrid.Lookup.NotSure.class);
    } finally {
      client.close();
    }
  }

  private static boolean isConnected(CredentialGrid grid) {
    return grid.look().map(true).otherwise(false).await();
  }

  @Test
  void verifiedCredentialsAreShared() throws Exception {
    GridNode first = member();
    GridNode second = member();
    Credential one = credential("one", "{}", null);
    Fingerprint key = Fingerprint.of("key");

    CredentialGrid from = grid(first);
    CredentialGrid to = grid(second);
    assertThat(to.findVerified(key).await()).isEmpty();
    from.putVerified(key, one, Duration.ofMinutes(1));
    while (to.findVerified(key).await().isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(to.findVerified(key).await()).contains(one);
  }

  private GridOnceOnly once(GridNode node) {
    GridOnceOnly once = new GridOnceOnly(vertx, node, Duration.ofSeconds(5), System::nanoTime);
    once.start().await();
    return once;
  }

  /** What is told of a use once anything is: the grid may need a while after a member is gone. */
  private static OnceOnly.Use toldOf(OnceOnly once, String name) {
    OnceOnly.Use told = use(once, name);
    while (told == OnceOnly.Use.UNKNOWN) {
      told = use(once, name);
    }
    return told;
  }

  /** Uses something for the first time; returns its name. */
  private static String useAnother(OnceOnly once) {
    String name = UUID.randomUUID().toString();
    OnceOnly.Use told = use(once, name);
    while (told == OnceOnly.Use.UNKNOWN) {
      name = UUID.randomUUID().toString();
      told = use(once, name);
    }
    assertThat(told).isEqualTo(OnceOnly.Use.FIRST);
    return name;
  }

  private static OnceOnly.Use use(OnceOnly once, String name) {
    return Future.succeededFuture()
        .compose(none -> once.use(OnceOnly.name(name), Duration.ofMinutes(5)))
        .await();
  }

  @Test
  void saysOfOneUseThatItIsTheFirst_wherever_alsoAfterAMemberIsGone() {
    GridNode first = member();
    GridNode second = member();
    GridNode client = GridNode.client(config(ports.get(0)));
    nodes.add(client);
    OnceOnly atFirst = once(first);
    OnceOnly atClient = once(client);

    String a = useAnother(atFirst);
    assertThat(toldOf(once(second), a)).isEqualTo(OnceOnly.Use.AGAIN);
    assertThat(toldOf(atClient, a)).isEqualTo(OnceOnly.Use.AGAIN);
    String b = useAnother(atClient);
    second.hazelcast().getLifecycleService().terminate();
    assertThat(toldOf(atFirst, a)).isEqualTo(OnceOnly.Use.AGAIN);
    assertThat(toldOf(atFirst, b)).isEqualTo(OnceOnly.Use.AGAIN);
    useAnother(atFirst);
  }

  @Test
  void cannotTellOfAUse_withoutAGrid() {
    ports.add(FreePorts.one());
    GridNode client = GridNode.client(config(ports.get(0)));
    nodes.add(client);
    GridOnceOnly once = new GridOnceOnly(vertx, client, Duration.ofMillis(50), System::nanoTime);

    assertThat(use(once, "a")).isEqualTo(OnceOnly.Use.UNKNOWN);
    assertThat(once.unknownUses()).isEqualTo(1);
  }
}
