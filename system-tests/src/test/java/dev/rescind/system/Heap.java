package dev.rescind.system;

import java.lang.management.ManagementFactory;

/** The memory of this process. */
final class Heap {
  private static final int COLLECTIONS = 3;

  private Heap() {}

  /** What is in use when nothing is left that can be given back. */
  static long usedMebibytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }
}
