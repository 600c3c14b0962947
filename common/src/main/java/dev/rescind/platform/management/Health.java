package dev.rescind.platform.management;

import java.util.List;

/** Whether a service is ready: it is when every check is passed. */
public record Health(List<Check> checks) {
  /**
   * One thing that must be so.
   *
   * @param detail for people; holds no secret
   */
  public record Check(String name, boolean passed, String detail) {}

  public Health {
    checks = List.copyOf(checks);
  }

  public boolean isReady() {
    return checks.stream().allMatch(Check::passed);
  }
}
