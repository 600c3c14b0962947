package dev.rescind.system.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Hosts that are addresses of the loopback interface: nothing between them can be broken. */
final class LoopbackNetwork implements Network {
  private final List<Host> hosts = new ArrayList<>();
  private final String why;

  /**
   * @param why nothing better can be had
   */
  LoopbackNetwork(List<String> names, String why) {
    this.why = why;
    long pid = ProcessHandle.current().pid();
    String base = "127." + (1 + pid % 250) + "." + (1 + pid / 250 % 250) + ".";
    for (String name : names) {
      int number = hosts.size();
      hosts.add(new Host(name, number, base + (11 + number), base + (111 + number)));
    }
  }

  @Override
  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  @Override
  public List<String> on(Host host) {
    return List.of();
  }

  @Override
  public String cannotCut() {
    return why;
  }

  @Override
  public String cannotFilter() {
    return why;
  }

  @Override
  public String gateway() {
    return "127.0.0.1";
  }

  @Override
  public void unplug(Host host) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void plug(Host host) {
    // never unplugged
  }

  @Override
  public void isolate(Collection<Host> island) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void rejoin(Collection<Host> island) {
    // never isolated
  }

  @Override
  public void drop(Host host, Direction direction) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void part(Host host, Collection<Host> others) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void lose(Host host, int percent) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void narrow(Host host, int kilobits) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void detour(Host host, Map<String, Integer> detours) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void reset(Host host) {
    throw new UnsupportedOperationException(why);
  }

  @Override
  public void unfilter(Host host) {
    // never filtered
  }

  @Override
  public void close() {
    // nothing was made
  }
}
