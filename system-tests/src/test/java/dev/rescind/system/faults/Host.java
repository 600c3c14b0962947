package dev.rescind.system.faults;

/**
 * One machine of the cluster, or what stands for it.
 *
 * @param number from 0, in the order in which the network made it
 * @param cluster its address among brokers and members of the grid
 * @param client its address towards those who ask it
 */
record Host(String name, int number, String cluster, String client) {
  @Override
  public String toString() {
    return name;
  }
}
