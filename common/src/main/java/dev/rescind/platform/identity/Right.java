package dev.rescind.platform.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an identity may be allowed to do. */
public enum Right {
  INTROSPECT("introspect"),
  REGISTER("register"),
  READ("read"),
  AUDIT("audit"),
  REVOKE_OWN("revoke:own"),
  REVOKE_TOKEN("revoke:token"),
  REVOKE_GRANT("revoke:grant"),
  REVOKE_SESSION("revoke:session"),
  REVOKE_SUBJECT("revoke:subject"),
  REVOKE_CLIENT("revoke:client"),
  REVOKE_ISSUER("revoke:issuer"),
  REVOKE_KEY("revoke:key"),
  REVOKE_CERTIFICATE("revoke:certificate"),
  LIFT("lift"),
  RELOAD("reload"),
  BREAK_GLASS("break-glass");

  private final String wireName;

  Right(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<Right> parse(String text) {
    return Arrays.stream(values()).filter(right -> right.wireName.equals(text)).findFirst();
  }

  /** The right to revoke targets of that type. */
  public static Right toRevoke(String targetType) {
    return valueOf("REVOKE_" + targetType.toUpperCase(Locale.ROOT));
  }
}
