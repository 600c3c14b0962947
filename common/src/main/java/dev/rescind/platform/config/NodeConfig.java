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
    Require.that(
        name.matches("[A-Za-z0-9._-]{1,100}"), "name", "must have 1 to 100 of A-Z a-z 0-9 . _ -");
    Require.that(url == null || url.length() <= 1_000, "url", "must have at most 1,000 characters");
  }

  @Override
  public String name() {
    return String.valueOf(name);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }
}
