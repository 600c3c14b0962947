package dev.rescind.platform.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Which node this is.
 *
 * @param name unique in the cluster; the host's name where none is given
 * @param url under which others reach it; made of {@code http} where none is given
 */
public record NodeConfig(@Nullable String name, @Nullable String url) {
  public NodeConfig {
    name = name == null ? hostName() : name;
    new Check()
        .that(
            name.matches("[A-Za-z0-9._-]{1,100}"),
            "name",
            "must have 1 to 100 of A-Z a-z 0-9 . _ -")
        .url("url", url)
        .done();
  }

  @Override
  public String name() {
    return String.valueOf(name);
  }

  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }
}
