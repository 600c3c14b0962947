package dev.rescind.system.simulation;

import java.util.Arrays;
import java.util.Set;

/**
 * What connects hosts, each way for itself, and whether each host runs at all. Messages are late,
 * lost where a way is cut, and wait for a host that is paused.
 */
final class Network {
  private final World world;
  private final int[][] cuts;
  private final long[] pausedUntil;
  private final boolean[] down;
  private int healings;
  private long slow = World.MS / 2;

  Network(World world, int hosts) {
    this.world = world;
    cuts = new int[hosts][hosts];
    pausedUntil = new long[hosts];
    down = new boolean[hosts];
  }

  int hosts() {
    return pausedUntil.length;
  }

  /** Cuts the way from any host of one set to any of the other, for a time. */
  void cut(Set<Integer> from, Set<Integer> to, long nanos) {
    change(from, to, 1);
    int cutIn = healings;
    world.in(
        nanos,
        () -> {
          if (healings == cutIn) {
            change(from, to, -1);
          }
        });
  }

  private void change(Set<Integer> from, Set<Integer> to, int by) {
    for (int one : from) {
      for (int other : to) {
        if (one != other) {
          cuts[one][other] += by;
        }
      }
    }
  }

  /** How late messages are at most. */
  void slow(long nanos) {
    slow = nanos;
  }

  void pause(int host, long nanos) {
    pausedUntil[host] = Math.max(pausedUntil[host], world.now() + nanos);
  }

  void down(int host, boolean isDown) {
    down[host] = isDown;
  }

  boolean isDown(int host) {
    return down[host];
  }

  boolean isPaused(int host) {
    return pausedUntil[host] > world.now();
  }

  /** Connects all again, and wakes all that are paused. */
  void heal() {
    healings++;
    for (int from = 0; from < cuts.length; from++) {
      Arrays.fill(cuts[from], 0);
      pausedUntil[from] = Math.min(pausedUntil[from], world.now());
    }
    slow = World.MS / 2;
  }

  /** Sends a message, which may get lost. */
  void send(int from, int to, Runnable arrives) {
    if (cuts[from][to] > 0 || down[from]) {
      return;
    }
    long delay = 20_000 + world.random().nextLong(slow);
    if (world.chance(0.002)) {
      delay += world.random().nextLong(100 * World.MS);
    }
    world.in(delay, () -> arrive(from, to, arrives));
  }

  private void arrive(int from, int to, Runnable arrives) {
    if (cuts[from][to] == 0) {
      onHost(to, arrives);
    }
  }

  /** Runs something on a host: when it wakes, if it is paused; never, if it is down. */
  void onHost(int host, Runnable run) {
    if (down[host]) {
      return;
    }
    if (isPaused(host)) {
      world.in(pausedUntil[host] - world.now(), () -> onHost(host, run));
      return;
    }
    run.run();
  }
}
