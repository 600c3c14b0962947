package dev.rescind.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.rescind.platform.config.Secret;
import java.lang.reflect.RecordComponent;
import java.security.Key;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A record shows its components by itself: what holds a secret must not leave it at that. */
@Timeout(60)
class SecretsInMemoryTest {
  /** Names of text that is a secret: a token, a password, a key that is not public. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(secret|password|passphrase|privateKey|privatePem|clientAssertion|authorization).*|token|apiKey|jwt");

  /**
   * Whose text of that name is none, each with the reason.
   *
   * @see #SECRET
   */
  private static final Set<String> NO_SECRET = Set.of();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(new LayeringTest.NoJarOfTests())
          .importPackages("dev.rescind");

  private static boolean isSecret(RecordComponent component) {
    Class<?> type = component.getType();
    return (type == String.class && SECRET.matcher(component.getName()).matches())
        || type == char[].class
        || (Key.class.isAssignableFrom(type)
            && !java.security.PublicKey.class.isAssignableFrom(type))
        || type == KeyPair.class;
  }

  @Test
  void everyRecordThatHoldsASecretSaysItselfWhatItShows() {
    Set<String> showing = new TreeSet<>();
    int records = 0;
    for (JavaClass one : CLASSES) {
      if (!one.isRecord()) {
        continue;
      }
      records++;
      Class<?> type = one.reflect();
      Set<String> held =
          Arrays.stream(type.getRecordComponents())
              .filter(SecretsInMemoryTest::isSecret)
              .map(RecordComponent::getName)
              .collect(Collectors.toCollection(TreeSet::new));
      boolean own = one.tryGetMethod("toString").isPresent() && !isDerived(one);
      if (!held.isEmpty() && !own && !NO_SECRET.contains(type.getName())) {
        showing.add(type.getName() + held);
      }
    }
    assertThat(records).isGreaterThan(80);
    assertThat(showing).isEmpty();
  }

  /** What the compiler writes calls the runtime's bootstrap and nothing else. */
  private static boolean isDerived(JavaClass record) {
    return record.getMethod("toString").getAccessesFromSelf().isEmpty()
        && record.getMethod("toString").getSourceCodeLocation().getLineNumber()
            == record.getSourceCodeLocation().getLineNumber();
  }

  @Test
  void aSecretShowsNothing() {
    Secret secret = Secret.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");

    assertThat(secret.toString()).doesNotContain("MDEy").doesNotContain("0123");
  }
}
