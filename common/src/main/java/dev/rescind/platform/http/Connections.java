package dev.rescind.platform.http;

import dev.rescind.platform.identity.Networks;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one server: how many there are, and how long each has been at what it does.
 * Strangers are those on which nobody was answered yet as a known caller is; they have a small
 * share of the room, so that whoever cannot prove anything can neither fill the memory nor push
 * known callers out; among them, the network that has most connections gives way first.
 */
final class Connections {
  /** Why a connection is closed. */
  enum Cause {
    TOO_MANY,
    REQUEST_TIMEOUT,
    IDLE
  }

  /** What a connection is closed for, and what is told of it. */
  interface Closer {
    void close(HttpConnection connection, Cause cause);
  }

  private enum Phase {
    /** Nothing whole has come yet. */
    OPENED,
    /** The head of a request is there, its body is not. */
    RECEIVING,
    /** The request is there, its answer is not. */
    ANSWERING,
    /** The last request was answered. */
    IDLE
  }

  private static final class Slot {
    final HttpConnection connection;
    final String network;
    @Nullable HttpServerRequest request;
    Phase phase = Phase.OPENED;
    long since;
    long lastRequest;

    Slot(HttpConnection connection, long opened) {
      this.connection = connection;
      this.network = network(connection.remoteAddress());
      this.since = opened;
      this.lastRequest = opened;
    }

    void enter(Phase next, long now) {
      if (phase != next) {
        phase = next;
        since = now;
      }
    }
  }

  private final HttpListener.Limits limits;
  private final LongSupplier nanoClock;
  private final Closer closer;
  private final Map<HttpConnection, Slot> strangers = new LinkedHashMap<>(); // the oldest first
  private final Map<String, Integer> strangersOf = new HashMap<>(); // by network
  private final Map<HttpConnection, Slot> known = new HashMap<>();

  Connections(HttpListener.Limits limits, LongSupplier nanoClock, Closer closer) {
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.closer = closer;
  }

  /** A connection was made; another is closed for it where there are too many. */
  synchronized void opened(HttpConnection connection) {
    long now = nanoClock.getAsLong();
    Slot slot = new Slot(connection, now);
    strangers.put(connection, slot);
    strangersOf.merge(slot.network, 1, Integer::sum);
    connection.closeHandler(closed -> forget(connection));
    if (strangers.size() > limits.maxStrangers() || size() > limits.maxConnections()) {
      makeRoom(connection, now);
    }
  }

  /** The head of a request has come. */
  synchronized void began(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    long now = nanoClock.getAsLong();
    Slot slot = known.getOrDefault(connection, strangers.get(connection));
    if (slot == null) {
      return; // closed meanwhile
    }
    update(slot, now); // of its last request
    slot.request = request;
    slot.phase = Phase.RECEIVING;
    slot.since = now;
    slot.lastRequest = now;
  }

  /** Closes what has taken too long. */
  synchronized void check() {
    long now = nanoClock.getAsLong();
    List<Slot> all = new ArrayList<>(strangers.values());
    all.addAll(known.values());
    for (Slot slot : all) {
      update(slot, now);
      long passed = now - slot.since;
      if (slot.phase == Phase.IDLE) {
        if (passed > limits.idleTimeout().toNanos()) {
          close(slot, Cause.IDLE);
        }
      } else if (slot.phase != Phase.ANSWERING && passed > limits.requestTimeout().toNanos()) {
        close(slot, Cause.REQUEST_TIMEOUT);
      }
    }
  }

  static String network(SocketAddress address) {
    return Networks.of(String.valueOf(address.hostAddress()));
  }

  synchronized int size() {
    return strangers.size() + known.size();
  }

  private synchronized void forget(HttpConnection connection) {
    if (!isNoStrangerAnyMore(connection)) {
      known.remove(connection);
    }
  }

  private boolean isNoStrangerAnyMore(HttpConnection connection) {
    Slot slot = strangers.remove(connection);
    if (slot == null) {
      return false;
    }
    strangersOf.computeIfPresent(slot.network, (network, of) -> of == 1 ? null : of - 1);
    return true;
  }

  /** Sees how far a connection's request has come, and whether its caller is known by now. */
  private void update(Slot slot, long now) {
    HttpServerRequest request = slot.request;
    if (request == null || !request.isEnded()) {
      return;
    }
    if (!request.response().ended()) {
      slot.enter(Phase.ANSWERING, now);
      return;
    }
    slot.enter(Phase.IDLE, now);
    slot.request = null;
    // A position of the log is told to known callers alone.
    if (request.response().headers().contains(PositionHeader.POSITION)
        && isNoStrangerAnyMore(slot.connection)) {
      known.put(slot.connection, slot);
    }
  }

  private void makeRoom(HttpConnection newest, long now) {
    Slot victim = oldestStranger(newest, now);
    boolean tooManyStrangers = strangers.size() > limits.maxStrangers();
    if (!tooManyStrangers && size() <= limits.maxConnections()) {
      return; // who seemed a stranger was answered meanwhile
    }
    if (victim == null && !tooManyStrangers) {
      victim = leastUsedKnown(now);
    }
    if (victim == null) {
      victim = strangers.get(newest);
    }
    if (victim != null) {
      close(victim, Cause.TOO_MANY);
    }
  }

  /**
   * The oldest of the network that has most, or else of all, that does not wait for its answer;
   * null where there is none but the newest.
   */
  private @Nullable Slot oldestStranger(HttpConnection newest, long now) {
    int most = strangersOf.values().stream().mapToInt(of -> of).max().orElse(0);
    Slot oldest = null;
    for (Slot slot : List.copyOf(strangers.values())) {
      update(slot, now);
      if (slot.phase != Phase.ANSWERING
          && slot.connection != newest
          && strangers.containsKey(slot.connection)) {
        if (strangersOf.getOrDefault(slot.network, 0) >= most) {
          return slot;
        }
        oldest = oldest == null ? slot : oldest;
      }
    }
    return oldest;
  }

  private @Nullable Slot leastUsedKnown(long now) {
    Slot least = null;
    for (Slot slot : known.values()) {
      update(slot, now);
      if (slot.phase == Phase.IDLE && (least == null || slot.lastRequest - least.lastRequest < 0)) {
        least = slot;
      }
    }
    return least;
  }

  private void close(Slot slot, Cause cause) {
    forget(slot.connection);
    closer.close(slot.connection, cause);
  }
}
