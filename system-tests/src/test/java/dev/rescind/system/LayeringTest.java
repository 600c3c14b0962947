package dev.rescind.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.rescind.introspector.Introspector;
import dev.rescind.platform.checkpoint.CheckpointWriter;
import dev.rescind.platform.grid.CredentialGrid;
import dev.rescind.platform.grid.GridNode;
import dev.rescind.platform.grid.GridStore;
import dev.rescind.platform.kafka.BarrierWriter;
import dev.rescind.platform.kafka.CredentialFeed;
import dev.rescind.platform.kafka.CredentialReader;
import dev.rescind.platform.kafka.CredentialWriter;
import dev.rescind.platform.kafka.LogFeed;
import dev.rescind.platform.kafka.LogWriter;
import dev.rescind.publisher.Publisher;
import java.util.Set;

/** What may know what, over all modules. */
@AnalyzeClasses(
    packages = "dev.rescind",
    importOptions = {ImportOption.DoNotIncludeTests.class, LayeringTest.NoJarOfTests.class})
class LayeringTest {
  /** Leaves out what the tests of several modules share. */
  static final class NoJarOfTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String[] PURE = {
    "dev.rescind.credential..",
    "dev.rescind.revocation..",
    "dev.rescind.log..",
    "dev.rescind.freshness..",
    "dev.rescind.replica..",
    "dev.rescind.platform.httpsig..",
    "dev.rescind.introspector.decide.."
  };

  private static final Set<Class<?>> ADAPTERS =
      Set.of(
          LogFeed.class,
          LogWriter.class,
          BarrierWriter.class,
          CredentialFeed.class,
          CredentialReader.class,
          CredentialWriter.class,
          CheckpointWriter.class,
          GridNode.class,
          GridStore.class,
          CredentialGrid.class);

  @ArchTest
  static final ArchRule whatDecidesKnowsJavaAlone =
      classes()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..")
                  .or(resideInAnyPackage(PURE)));

  @ArchTest
  static final ArchRule theServicesDoNotKnowEachOther =
      slices().matching("dev.rescind.(introspector|publisher)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule whatIsSharedDoesNotKnowTheServices =
      noClasses()
          .that()
          .resideInAnyPackage("dev.rescind.platform..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.rescind.introspector..", "dev.rescind.publisher..", "dev.rescind.standalone..");

  @ArchTest
  static final ArchRule onlyCompositionRootsMakeAdapters =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.rescind.platform.service..")
          .and(
              DescribedPredicate.describe(
                  "are no composition root",
                  one ->
                      !one.getName().startsWith(Introspector.class.getName())
                          && !one.getName().startsWith(Publisher.class.getName())
                          && ADAPTERS.stream().noneMatch(one::isEquivalentTo)))
          .should()
          .callConstructorWhere(
              DescribedPredicate.describe(
                  "an adapter is made",
                  (JavaConstructorCall call) ->
                      ADAPTERS.stream().anyMatch(call.getTargetOwner()::isEquivalentTo)));

  /** What a token says cannot make a node inflate, decrypt or derive a key: F23's bombs. */
  @ArchTest
  static final ArchRule nothingThatReadsTokensInflatesOrDecrypts =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.rescind.credential..",
              "dev.rescind.platform.jose..",
              "dev.rescind.platform.json..",
              "dev.rescind.platform.http..",
              "dev.rescind.introspector..",
              "dev.rescind.publisher..")
          .should()
          .dependOnClassesThat(
              nameMatching(
                  "java\\.util\\.zip\\.(?!CRC32$).*|javax\\.crypto\\.(Cipher|SecretKeyFactory)"
                      + "|com\\.nimbusds\\..*(JWE|Decrypt|Encrypt|Deflate).*"
                      + "|com\\.nimbusds\\.jose\\.(jwk\\.source|proc|util\\.Resource).*"));

  @ArchTest
  static final ArchRule packagesOfAServiceAreFreeOfCycles =
      slices().matching("dev.rescind.(*.*)..").should().beFreeOfCycles();
}
