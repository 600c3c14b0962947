package dev.rescind.credential;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What kind of credential something is; the wire name is the constant's in lower case. */
public enum CredentialType {
  ACCESS_TOKEN,
  REFRESH_TOKEN,
  API_KEY,
  ID_TOKEN,
  HMAC_KEY,
  CERTIFICATE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<CredentialType> parse(String text) {
    return Arrays.stream(values()).filter(type -> type.wireName().equals(text)).findFirst();
  }
}
