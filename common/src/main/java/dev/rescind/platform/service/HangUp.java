package dev.rescind.platform.service;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signal SIGHUP, which by convention asks a service to read its configuration again. Java names
 * signals in a class that is supported and not standard, so it is called by name.
 */
final class HangUp {
  private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

  private HangUp() {}

  /** Lets the signal do this from now on, and no longer end the process. */
  static void does(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calling =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "SIGHUP";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calling);
      LOG.info("SIGHUP loads the configuration anew");
    } catch (ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException call ? call.getCause() : e;
      LOG.info("SIGHUP does not load the configuration here: {}", String.valueOf(cause));
    }
  }
}
