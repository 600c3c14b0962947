package dev.rescind.system.faults;

import java.util.List;

/**
 * One credential that is asked for.
 *
 * @param token nothing but a test's
 * @param question the whole request that asks for it
 * @param targets all that can be revoked to take it back
 */
@SuppressWarnings("ArrayRecordComponent") // the same object is one credential
record Item(String name, String token, byte[] question, List<Aim> targets) {

  /**
   * Something to revoke.
   *
   * @param place by which the history means it
   * @param json as the publisher takes it
   */
  record Aim(String type, String place, String json) {}

  List<String> places() {
    return targets.stream().map(Aim::place).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
