package dev.rescind.standalone.cli;

import java.util.Locale;

/** As whom the cluster is asked: one of the identities that the environment holds. */
enum Role {
  CALLER,
  RS,
  AS,
  ADMIN;

  String idName() {
    return "RESCIND_" + name() + "_ID";
  }

  String secretName() {
    return "RESCIND_" + name() + "_SECRET";
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
