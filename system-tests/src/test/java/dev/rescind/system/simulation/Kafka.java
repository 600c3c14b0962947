package dev.rescind.system.simulation;

import dev.rescind.system.simulation.Broker.Leadership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Three brokers and a controller. Followers copy from whom they believe to lead, and cut what the
 * leader does not have; the controller takes the lead from who is silent, who may not hear of it.
 */
final class Kafka {
  static final int BROKERS = 3;
  static final int CONTROLLER = 3;
  private static final int MIN_IN_SYNC = 2;

  /** What happened, to see that a run was worth it. */
  static final class Tally {
    long elections;
    long truncated;
    long zombieFetches;
    long compacted;
  }

  private final World world;
  private final Network network;
  private final long session;
  private final long lag;
  private final List<Broker> brokers = new ArrayList<>();
  private final long[] lastHeard = new long[BROKERS];
  private final long[] asking = new long[BROKERS];
  private Leadership decided = new Leadership(0, 0, 0, 0b111);
  private int incarnation;
  final Tally tally = new Tally();

  /**
   * @param session how long a broker may be silent
   * @param lag how long a follower may be behind
   */
  Kafka(World world, Network network, long session, long lag) {
    this.world = world;
    this.network = network;
    this.session = session;
    this.lag = lag;
    for (int id = 0; id < BROKERS; id++) {
      Broker broker = new Broker(id, BROKERS, MIN_IN_SYNC);
      broker.clockSkewMillis = world.random().nextLong(-20, 20);
      brokers.add(broker);
      heartbeat(id);
      copy(id);
    }
    supervise();
  }

  Broker broker(int id) {
    return brokers.get(id);
  }

  /** Which making of the topic this is. */
  int incarnation() {
    return incarnation;
  }

  /** The broker that leads, as the controller has it. */
  int leader() {
    return decided.leader();
  }

  Leadership decided() {
    return decided;
  }

  private void heartbeat(int id) {
    world.in(
        session / 4,
        () -> {
          if (!network.isPaused(id) && !network.isDown(id)) {
            network.send(
                id,
                CONTROLLER,
                () -> {
                  lastHeard[id] = world.now();
                  network.send(CONTROLLER, id, () -> heard(id, decided));
                });
            shrink(id);
          }
          heartbeat(id);
        });
  }

  private void heard(int id, Leadership leadership) {
    Broker broker = brokers.get(id);
    boolean newTerm = leadership.epoch() > broker.leadership.epoch();
    broker.hear(leadership, world.now());
    if (newTerm) {
      asking[id]++;
      copy(id);
    }
  }

  private void decide(Leadership leadership) {
    if (leadership.epoch() != decided.epoch()) {
      tally.elections++;
      world.trace("controller: broker %d leads epoch %d", leadership.leader(), leadership.epoch());
    }
    decided = leadership;
    for (int id = 0; id < BROKERS; id++) {
      int to = id;
      network.send(CONTROLLER, to, () -> heard(to, leadership));
    }
  }

  private boolean isAlive(int id) {
    return world.now() - lastHeard[id] <= session;
  }

  private void supervise() {
    world.in(
        session / 3,
        () -> {
          int inSync = decided.inSync();
          for (int id = 0; id < BROKERS; id++) {
            if (!isAlive(id) && Integer.bitCount(inSync) > 1) {
              inSync &= ~(1 << id);
            }
          }
          int leader = decided.leader();
          if (leader < 0 || !isAlive(leader) || (inSync & 1 << leader) == 0) {
            leader = -1;
            int first = world.random().nextInt(BROKERS);
            for (int i = 0; i < BROKERS; i++) {
              int id = (first + i) % BROKERS;
              if (isAlive(id) && (inSync & 1 << id) != 0) {
                leader = id;
              }
            }
          }
          if (leader != decided.leader()) {
            decide(new Leadership(decided.version() + 1, decided.epoch() + 1, leader, inSync));
          } else if (inSync != decided.inSync()) {
            decide(new Leadership(decided.version() + 1, decided.epoch(), leader, inSync));
          }
          supervise();
        });
  }

  /** A leader asks for those to be taken out who have been behind for long. */
  private void shrink(int id) {
    Broker leader = brokers.get(id);
    if (!leader.believesToLead()) {
      return;
    }
    int inSync = leader.leadership.inSync();
    for (int other = 0; other < BROKERS; other++) {
      if (other != id && world.now() - leader.caughtUpAt[other] > lag) {
        inSync &= ~(1 << other);
      }
    }
    if (inSync != leader.leadership.inSync()) {
      alter(id, inSync);
    }
  }

  private void alter(int id, int inSync) {
    Leadership known = brokers.get(id).leadership;
    network.send(
        id,
        CONTROLLER,
        () -> {
          boolean allAlive = true;
          for (int other = 0; other < BROKERS; other++) {
            allAlive &= (inSync & 1 << other) == 0 || isAlive(other);
          }
          if (decided.version() == known.version() && allAlive) {
            decide(new Leadership(known.version() + 1, known.epoch(), id, inSync));
          }
        });
  }

  /** A follower asks its leader for what comes next, and again when nothing comes. */
  private void copy(int id) {
    Broker follower = brokers.get(id);
    long turn = ++asking[id];
    world.in(
        session / 4,
        () -> {
          if (asking[id] == turn) {
            copy(id);
          }
        });
    int leader = follower.leadership.leader();
    if (leader == id || leader < 0 || network.isPaused(id)) {
      return;
    }
    Term term = new Term(incarnation, follower.leadership.epoch());
    network.send(id, leader, () -> asked(id, leader, turn, term, true));
  }

  private record Term(int topic, int epoch) {}

  private void asked(int id, int leaderId, long turn, Term term, boolean first) {
    Broker follower = brokers.get(id);
    Broker leader = brokers.get(leaderId);
    if (!leader.believesToLead()
        || leader.leadership.epoch() != term.epoch()
        || incarnation != term.topic()
        || asking[id] != turn) {
      return;
    }
    int common = follower.commonWith(leader);
    if (first) {
      leader.ends[id] = common;
      if (common >= leader.highWatermark) {
        leader.caughtUpAt[id] = world.now();
        if ((leader.leadership.inSync() & 1 << id) == 0 && common == leader.end()) {
          leader.maximalInSync |= 1 << id;
          alter(leaderId, leader.leadership.inSync() | 1 << id);
        }
      }
      leader.advance();
    }
    boolean news =
        leader.end() > common
            || follower.end() > common
            || leader.highWatermark > follower.highWatermark;
    if (!news) {
      leader.awaitNews(() -> asked(id, leaderId, turn, term, false));
      return;
    }
    List<Broker.Entry> entries = List.copyOf(leader.log.subList(common, leader.end()));
    int highWatermark = leader.highWatermark;
    network.send(
        leaderId,
        id,
        () -> {
          if (asking[id] != turn
              || follower.leadership.epoch() != term.epoch()
              || incarnation != term.topic()) {
            return;
          }
          if (follower.end() > common) {
            tally.truncated += follower.end() - common;
            world.trace("broker %d truncates from %d to %d", id, follower.end(), common);
            follower.truncate(common);
          }
          follower.log.addAll(entries);
          follower.highWatermark =
              Math.max(follower.highWatermark, Math.min(highWatermark, follower.end()));
          copy(id);
        });
  }

  /** A broker's process ends, or starts again with its log. */
  void down(int id, boolean isDown) {
    network.down(id, isDown);
    if (isDown) {
      brokers.get(id).stop();
    } else {
      copy(id);
    }
  }

  /** Takes out what a later record of the same key replaces, and tombstones that are old. */
  void compact() {
    Broker leader = brokers.get(Math.max(0, decided.leader()));
    int until = leader.highWatermark;
    for (Broker broker : brokers) {
      until = Math.min(until, broker.highWatermark);
    }
    Map<String, Integer> last = new HashMap<>();
    for (int i = 0; i < until; i++) {
      byte[] key = leader.log.get(i).key;
      if (key != null) {
        last.put(Arrays.toString(key), i);
      }
    }
    for (int i = 0; i < until; i++) {
      Broker.Entry entry = leader.log.get(i);
      boolean replaced = entry.key != null && last.getOrDefault(Arrays.toString(entry.key), i) != i;
      boolean oldTombstone = entry.value == null && i < until / 2;
      if (!entry.compacted && (replaced || oldTombstone)) {
        entry.compacted = true;
        tally.compacted++;
      }
    }
  }

  /** The topic is deleted and made anew. */
  void makeAnew() {
    incarnation++;
    brokers.forEach(Broker::makeAnew);
    for (int id = 0; id < BROKERS; id++) {
      asking[id]++;
      copy(id);
    }
  }
}
