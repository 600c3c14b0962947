package dev.rescind.publisher.apikey;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import dev.rescind.credential.Fingerprint;
import dev.rescind.platform.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** API keys made up for a test. */
final class SomeKeys {
  private SomeKeys() {}

  static Fingerprint fingerprint(String name) {
    return Fingerprint.of(name);
  }

  static Credential credential(String name, String owner, long iat) {
    return credential(name, owner, iat, null, null);
  }

  static Credential credential(
      String name,
      String owner,
      long iat,
      @Nullable Long exp,
      ApiKey.@Nullable Replacement replaces) {
    var members =
        Json.object().put("client_id", "c").put("scope", "a b").put("iat", iat).put("jti", "j");
    if (exp != null) {
      members.put("exp", exp);
    }
    members.set(ApiKey.MEMBER, new ApiKey.About(name, "rsc_" + name, replaces).toJson());
    return new Credential(
        CredentialType.API_KEY,
        fingerprint(name),
        new Credential.Names(null, null, "c", "j", null, null),
        new Credential.Validity(iat, null, exp),
        new Credential.Binding(null, null, null, owner, null),
        List.of(),
        Json.write(members));
  }
}
