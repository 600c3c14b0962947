package dev.rescind.platform.service;

import java.util.concurrent.Callable;

/** How long a service lives once it is started. */
interface Lifetime {
  /**
   * Starts a service, and closes it when its time has come.
   *
   * @throws Exception where it cannot be started
   */
  void run(Callable<AutoCloseable> start) throws Exception;
}
