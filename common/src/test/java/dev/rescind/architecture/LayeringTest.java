package dev.rescind.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what. */
@AnalyzeClasses(packages = "dev.rescind", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {
  private static final String[] PURE = {
    "dev.rescind.credential..",
    "dev.rescind.revocation..",
    "dev.rescind.log..",
    "dev.rescind.freshness..",
    "dev.rescind.replica..",
    "dev.rescind.platform.httpsig.."
  };

  @ArchTest
  static final ArchRule thePureCoreKnowsJavaAlone =
      classes()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.crypto..",
              "org.jspecify..",
              PURE[0],
              PURE[1],
              PURE[2],
              PURE[3],
              PURE[4],
              PURE[5]);

  @ArchTest
  static final ArchRule adaptersDoNotKnowEachOther =
      slices()
          .matching("dev.rescind.platform.(kafka|grid|jose|http)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.rescind.(*)..").should().beFreeOfCycles();
}
