package dev.rescind.publisher.apikey;

import static dev.rescind.publisher.apikey.SomeKeys.credential;
import static dev.rescind.publisher.apikey.SomeKeys.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rescind.credential.Credential;
import dev.rescind.credential.CredentialType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApiKeyRegisterTest {
  private final ApiKeyRegister register = new ApiKeyRegister(5);

  private static Credential successor(String name, String of, String owner, long endsAt) {
    return credential(
        name, owner, 20, null, new ApiKey.Replacement(fingerprint(of), endsAt, "admin"));
  }

  private List<String> due(long now) {
    return register.due(now).stream().map(key -> String.valueOf(key.about().name())).toList();
  }

  @Test
  void listsKeysNewestFirst_pageByPage() {
    for (int i = 0; i < 5; i++) {
      register.add(credential("k" + i, i == 2 ? "other" : "owner", 100 + i / 2));
    }
    List<String> listed = new ArrayList<>();
    ApiKeyRegister.@Nullable Place after = null;
    int pages = 0;
    do {
      ApiKeyRegister.Page page = register.list(key -> key.isOf("owner"), after, 2);
      page.items().forEach(key -> listed.add(String.valueOf(key.about().name())));
      after = page.next();
      pages++;
    } while (after != null);

    assertThat(pages).isEqualTo(2);
    assertThat(listed).startsWith("k4", "k3").containsExactlyInAnyOrder("k4", "k3", "k0", "k1");
  }

  @Test
  void theFirstRecordOfAKeyCounts() {
    register.add(credential("k", "owner", 1));
    register.add(credential("k", "thief", 2));

    assertThat(register.find(fingerprint("k")).orElseThrow().isOf("owner")).isTrue();
    assertThat(register.list(key -> true, null, 10).items()).hasSize(1);
  }

  @Test
  void takesNothingButApiKeys_andNoMoreThanItMay() {
    Credential key = credential("k", "owner", 1);
    register.add(
        new Credential(
            CredentialType.ACCESS_TOKEN,
            key.fingerprint(),
            key.names(),
            key.validity(),
            key.binding(),
            key.aud(),
            key.members()));
    assertThat(register.find(key.fingerprint())).isEmpty();

    for (int i = 0; i < 6; i++) {
      register.add(credential("k" + i, "owner", i));
    }
    assertThat(register.isFull()).isTrue();
    assertThat(register.list(one -> true, null, 10).items()).hasSize(5);
  }

  @Test
  void aReplacedKeyIsDue_onceItsOverlapIsOver_whicheverRecordCameFirst() {
    register.add(successor("new", "old", "owner", 50));
    assertThat(due(100)).isEmpty();
    register.add(credential("old", "owner", 10));

    assertThat(due(49)).isEmpty();
    assertThat(due(50)).containsExactly("old");
  }

  @Test
  void nobodyReplacesAnothersKey() {
    register.add(credential("old", "owner", 10));
    register.add(successor("forged", "old", "thief", 0));

    assertThat(due(100)).isEmpty();
    assertThat(register.replacement(register.find(fingerprint("old")).orElseThrow())).isEmpty();
  }
}
