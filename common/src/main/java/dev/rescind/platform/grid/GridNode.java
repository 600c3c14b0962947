package dev.rescind.platform.grid;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.rescind.platform.config.GridConfig;
import java.util.Map;

/** This process's way into the grid: as a member that holds data, or as a client that does not. */
public final class GridNode implements AutoCloseable {
  /** Verified credentials on each member; beyond it the longest unused go. */
  private static final int MAX_VERIFIED = 200_000;

  /** Last uses on each member; beyond it the longest untouched go. */
  private static final int MAX_USED = 200_000;

  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.socket.bind.any", "false"),
          // A member that is silent for this long is not waited for any more; the default is 60 s.
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
          Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.max.wait.seconds.before.join", "2"),
          Map.entry("hazelcast.max.join.seconds", "60"),
          Map.entry("hazelcast.graceful.shutdown.max.wait", "2"),
          Map.entry("hazelcast.operation.generic.thread.count", "2"),
          Map.entry("hazelcast.io.thread.count", "2"));

  private final HazelcastInstance hazelcast;
  private final boolean member;

  private GridNode(HazelcastInstance hazelcast, boolean member) {
    this.hazelcast = hazelcast;
    this.member = member;
  }

  /** Joins the grid, or begins it where no other member answers; takes seconds. */
  public static GridNode member(GridConfig grid) {
    Config config = new Config();
    config.setClusterName(grid.clusterName());
    PROPERTIES.forEach(config::setProperty);
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    NetworkConfig network = config.getNetworkConfig();
    network
        .setPort(grid.port())
        .setPortAutoIncrement(false)
        .setPublicAddress(grid.host() + ":" + grid.port());
    network.getInterfaces().setEnabled(false);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setMembers(grid.members())
        .setConnectionTimeoutSeconds(2);
    serializable(config.getSerializationConfig());
    config.addMapConfig(new MapConfig(GridMaps.CREDENTIALS).setBackupCount(1));
    config.addMapConfig(
        new MapConfig(GridMaps.VERIFIED)
            .setBackupCount(1)
            .setEvictionConfig(
                new EvictionConfig()
                    .setEvictionPolicy(EvictionPolicy.LRU)
                    .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                    .setSize(MAX_VERIFIED)));
    config.addMapConfig(new MapConfig(GridMaps.ONCE).setBackupCount(1));
    config.addMapConfig(
        new MapConfig(GridMaps.USED)
            .setBackupCount(1)
            .setEvictionConfig(
                new EvictionConfig()
                    .setEvictionPolicy(EvictionPolicy.LRU)
                    .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                    .setSize(MAX_USED)));
    return new GridNode(Hazelcast.newHazelcastInstance(config), true);
  }

  /** Connects to the grid, now or as soon as there is one; does not wait. */
  public static GridNode client(GridConfig grid) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(grid.clusterName());
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.client.shuffle.member.list", "true");
    config.setProperty("hazelcast.client.invocation.timeout.seconds", "5");
    config.setProperty("hazelcast.client.heartbeat.interval", "1000");
    config.setProperty("hazelcast.client.heartbeat.timeout", "5000");
    config.getMetricsConfig().setEnabled(false);
    // A backup's member could not tell a client that is not connected to it yet: each write would
    // then wait five seconds. The owner waits for the backup instead.
    config.setBackupAckToClientEnabled(false);
    grid.members().forEach(config.getNetworkConfig()::addAddress);
    config.getNetworkConfig().setConnectionTimeout(2_000);
    config
        .getConnectionStrategyConfig()
        .setAsyncStart(true)
        .setReconnectMode(ReconnectMode.ASYNC)
        .getConnectionRetryConfig()
        .setInitialBackoffMillis(100)
        .setMaxBackoffMillis(1_000)
        .setClusterConnectTimeoutMillis(Long.MAX_VALUE);
    serializable(config.getSerializationConfig());
    return new GridNode(HazelcastClient.newHazelcastClient(config), false);
  }

  private static void serializable(SerializationConfig serialization) {
    serialization.addDataSerializableFactory(PlaceKey.FACTORY_ID, PlaceKey.factory());
    // Nothing but bytes and the key above is ever read from the wire.
    serialization.setJavaSerializationFilterConfig(
        new JavaSerializationFilterConfig().setDefaultsDisabled(false));
  }

  HazelcastInstance hazelcast() {
    return hazelcast;
  }

  /** How many members the grid has, as this process sees it. */
  public int members() {
    try {
      return hazelcast.getCluster().getMembers().size();
    } catch (RuntimeException e) {
      return 0; // a client without a connection
    }
  }

  /** Leaves the grid; a member hands its data over first, within two seconds. */
  @Override
  public void close() {
    if (member) {
      hazelcast.shutdown();
    } else {
      HazelcastClient.shutdown(hazelcast);
    }
  }
}
