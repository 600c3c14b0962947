package dev.rescind.platform.config;

import java.util.Set;

/**
 * The variables by which the command line finds a cluster, as {@code demo.env} has them: they mean
 * nothing to a service, which may well be started where they are set.
 */
public final class ClientVariables {
  public static final Set<String> NAMES =
      Set.of(
          "RESCIND_INTROSPECT_URLS",
          "RESCIND_PUBLISH_URL",
          "RESCIND_MANAGEMENT_URLS",
          "RESCIND_SELF_ISSUER",
          "RESCIND_CALLER_ID",
          "RESCIND_CALLER_SECRET",
          "RESCIND_RS_ID",
          "RESCIND_RS_SECRET",
          "RESCIND_RS_AUDIENCE",
          "RESCIND_AS_ID",
          "RESCIND_AS_SECRET",
          "RESCIND_ADMIN_ID",
          "RESCIND_ADMIN_SECRET",
          "RESCIND_CA_FILE",
          "RESCIND_ISSUER",
          "RESCIND_ISSUER_JWKS_URI");

  private ClientVariables() {}
}
