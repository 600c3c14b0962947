package dev.rescind.system.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hosts that are network namespaces, each with a veth to the cluster's bridge and one to the
 * clients'. This process is on both bridges. Addresses are from the range for benchmarks (RFC
 * 2544), which no real network has. Everything made bears this process's id, and what a dead one
 * left behind is removed.
 */
final class NamespaceNetwork implements Network {
  private static final Pattern OURS = Pattern.compile("(?m)^rf(\\d+)-\\S+");
  private static final Pattern OUR_LINK = Pattern.compile("(?m)^\\d+: (rf(\\d+)[kci])[:@]");
  private static final int SUBNETS = 250;

  private final String prefix = "rf" + ProcessHandle.current().pid();
  private final String clusterBridge = prefix + "k";
  private final String clientBridge = prefix + "c";
  private final String island = prefix + "i";
  private final List<Host> hosts = new ArrayList<>();
  private final int subnet;
  private final Thread onExit = new Thread(this::remove, "faults-network-removal");
  private boolean removed;

  NamespaceNetwork(List<String> names) {
    removeLeftovers();
    subnet = freeSubnet();
    Runtime.getRuntime().addShutdownHook(onExit);
    StringBuilder script = new StringBuilder();
    bridge(script, clusterBridge, "198.18." + subnet + ".1/24");
    bridge(script, clientBridge, "198.19." + subnet + ".1/24");
    script.append("link add %s type bridge\nlink set %s up\n".formatted(island, island));
    for (String name : names) {
      int number = hosts.size();
      Host host =
          new Host(
              name,
              number,
              "198.18." + subnet + "." + (11 + number),
              "198.19." + subnet + "." + (11 + number));
      hosts.add(host);
      script.append("netns add %s\n".formatted(namespace(host)));
      veth(script, host, link(host, 'k'), "cluster", clusterBridge);
      veth(script, host, link(host, 'c'), "clients", clientBridge);
    }
    Shell.must(List.of("ip", "-batch", "-"), script.toString());
    for (Host host : hosts) {
      Shell.must(
          List.of("ip", "-n", namespace(host), "-batch", "-"),
          """
          link set lo up
          addr add %s/24 dev cluster
          addr add %s/24 dev clients
          link set cluster up
          link set clients up
          """
              .formatted(host.cluster(), host.client()));
    }
  }

  /** What stands in the way of namespaces here; empty where nothing does. */
  static String missing() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return "this process is not root";
    }
    if (Boolean.getBoolean("faults.loopback")) {
      return "faults.loopback is set";
    }
    String probe = "rfprobe" + ProcessHandle.current().pid();
    Shell.Result added = Shell.run("ip", "netns", "add", probe);
    if (!added.succeeded()) {
      return "ip netns add: " + added.output();
    }
    String a = "rfp" + ProcessHandle.current().pid();
    Shell.Result linked =
        Shell.run("ip", "link", "add", a, "type", "veth", "peer", "name", "a", "netns", probe);
    Shell.run("ip", "link", "del", a);
    Shell.run("ip", "netns", "del", probe);
    return linked.succeeded() ? "" : "ip link add: " + linked.output();
  }

  private static void bridge(StringBuilder script, String name, String address) {
    script.append(
        "link add %s type bridge\naddr add %s dev %s\nlink set %s up\n"
            .formatted(name, address, name, name));
  }

  private void veth(StringBuilder script, Host host, String outer, String inner, String bridge) {
    script.append(
        "link add %s type veth peer name %s netns %s\nlink set %s master %s\nlink set %s up\n"
            .formatted(outer, inner, namespace(host), outer, bridge, outer));
  }

  private String namespace(Host host) {
    return prefix + "-" + host.name();
  }

  private String link(Host host, char kind) {
    return prefix + kind + host.number();
  }

  private static int freeSubnet() {
    String routes = Shell.must("ip", "route", "show", "table", "all");
    int first = (int) (ProcessHandle.current().pid() % SUBNETS);
    for (int i = 0; i < SUBNETS; i++) {
      int candidate = 1 + (first + i) % SUBNETS;
      if (!routes.contains("198.18." + candidate + ".")
          && !routes.contains("198.19." + candidate + ".")
          && !routes.contains("198.18.0.0/15")) {
        return candidate;
      }
    }
    throw new IllegalStateException("no subnet of 198.18.0.0/15 is free");
  }

  @Override
  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  @Override
  public List<String> on(Host host) {
    return List.of("ip", "netns", "exec", namespace(host));
  }

  @Override
  public String cannotCut() {
    return "";
  }

  @Override
  public String cannotFilter() {
    Shell.Result probe = Shell.run("nft", "--version");
    return probe.succeeded() ? "" : "nft is not there";
  }

  @Override
  public String gateway() {
    return "198.18." + subnet + ".1";
  }

  @Override
  public void unplug(Host host) {
    Shell.must("ip", "link", "set", link(host, 'k'), "down");
  }

  @Override
  public void plug(Host host) {
    Shell.must("ip", "link", "set", link(host, 'k'), "up");
  }

  @Override
  public void isolate(Collection<Host> hostsOfIsland) {
    move(hostsOfIsland, island);
  }

  @Override
  public void rejoin(Collection<Host> hostsOfIsland) {
    move(hostsOfIsland, clusterBridge);
  }

  /** In one go, so that no moment has half of them on either side. */
  private void move(Collection<Host> moved, String bridge) {
    StringBuilder script = new StringBuilder();
    moved.forEach(
        host -> script.append("link set %s master %s\n".formatted(link(host, 'k'), bridge)));
    Shell.must(List.of("ip", "-batch", "-"), script.toString());
  }

  @Override
  public void drop(Host host, Direction direction) {
    filter(
        host,
        direction == Direction.IN ? input("iifname cluster drop") : output("oifname cluster drop"));
  }

  @Override
  public void part(Host host, Collection<Host> others) {
    String all = others.stream().map(Host::cluster).collect(Collectors.joining(", ", "{ ", " }"));
    filter(host, input("ip saddr " + all + " drop") + output("ip daddr " + all + " drop"));
  }

  @Override
  public void lose(Host host, int percent) {
    String chance = " numgen random mod 100 < " + percent + " drop";
    filter(host, input("iifname cluster" + chance) + output("oifname cluster" + chance));
  }

  @Override
  public void narrow(Host host, int kilobits) {
    List<String> shape =
        List.of("root", "tbf", "rate", kilobits + "kbit", "burst", "4kb", "latency", "500ms");
    List<String> out = new ArrayList<>(on(host));
    out.addAll(List.of("tc", "qdisc", "add", "dev", "cluster"));
    out.addAll(shape);
    Shell.must(out, null);
    List<String> in = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", link(host, 'k')));
    in.addAll(shape);
    Shell.must(in, null);
  }

  @Override
  public void reset(Host host) {
    filter(host, input("iifname cluster tcp flags & (syn|rst|fin) == 0x0 reject with tcp reset"));
  }

  @Override
  public void detour(Host host, Map<String, Integer> detours) {
    StringBuilder rules = new StringBuilder();
    StringBuilder old = new StringBuilder();
    detours.forEach(
        (address, port) -> {
          String[] parts = address.split(":", 2);
          rules.append(
              "ip daddr %s tcp dport %s dnat ip to %s:%d\n"
                  .formatted(parts[0], parts[1], gateway(), port));
          // What was connected before goes on to the same address, and is told that it is over.
          old.append(
              "ip daddr %s tcp dport %s tcp flags & (syn|rst|fin) == 0x0 reject with tcp reset\n"
                  .formatted(parts[0], parts[1]));
        });
    filter(
        host,
        "chain nat { type nat hook output priority -100;\n"
            + rules
            + "}\n"
            + output(old.toString()));
  }

  private static String input(String rules) {
    return "chain in { type filter hook input priority 0;\n" + rules + "\n}\n";
  }

  private static String output(String rules) {
    return "chain out { type filter hook output priority 0;\n" + rules + "\n}\n";
  }

  private void filter(Host host, String chains) {
    List<String> command = new ArrayList<>(on(host));
    command.addAll(List.of("nft", "-f", "-"));
    Shell.must(command, "table inet faults {\n" + chains + "}\n");
  }

  @Override
  public void unfilter(Host host) {
    List<String> command = new ArrayList<>(on(host));
    command.addAll(List.of("nft", "delete", "table", "inet", "faults"));
    Shell.run(command, null); // it may have none
    List<String> out = new ArrayList<>(on(host));
    out.addAll(List.of("tc", "qdisc", "del", "dev", "cluster", "root"));
    Shell.run(out, null);
    Shell.run("tc", "qdisc", "del", "dev", link(host, 'k'), "root");
  }

  private static boolean isDead(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  /** What runs of processes that are no more left behind, with what still runs in it. */
  private static void removeLeftovers() {
    Matcher namespaces = OURS.matcher(Shell.run("ip", "netns", "list").output());
    while (namespaces.find()) {
      if (isDead(namespaces.group(1))) {
        delete(namespaces.group());
      }
    }
    Matcher links = OUR_LINK.matcher(Shell.run("ip", "-o", "link").output());
    while (links.find()) {
      if (isDead(links.group(2))) {
        Shell.run("ip", "link", "del", links.group(1));
      }
    }
  }

  private static void delete(String namespace) {
    String pids = Shell.run("ip", "netns", "pids", namespace).output();
    pids.lines()
        .filter(pid -> pid.matches("\\d+"))
        .map(Long::parseLong)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    Shell.run("ip", "netns", "del", namespace);
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      return; // it is running
    }
  }

  private synchronized void remove() {
    if (removed) {
      return;
    }
    removed = true;
    for (Host host : hosts) {
      delete(namespace(host));
    }
    for (String bridge : List.of(clusterBridge, clientBridge, island)) {
      Shell.run("ip", "link", "del", bridge);
    }
    for (Host host : hosts) { // veths whose namespace a dying process still holds
      if (Files.exists(Path.of("/sys/class/net", link(host, 'k')))) {
        Shell.run("ip", "link", "del", link(host, 'k'));
      }
      if (Files.exists(Path.of("/sys/class/net", link(host, 'c')))) {
        Shell.run("ip", "link", "del", link(host, 'c'));
      }
    }
  }
}
