package dev.rescind.platform.service;

/** This program's version, as its jar says it. */
public final class Version {
  public static final String CURRENT = read();

  private Version() {}

  private static String read() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
