package dev.rescind.system.planted.agent;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.lang.instrument.Instrumentation;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * Plants one bug: {@code -javaagent:planted-agent.jar=skipped-apply}, or {@code =skipped-apply:100}
 * where the bug takes a number.
 */
public final class PlantedAgent {
  private static final String INDEX = "dev.rescind.revocation.RevocationIndex";
  private static final String CONSUMER = "org.apache.kafka.clients.consumer.KafkaConsumer";

  private PlantedAgent() {}

  public static void premain(String options, Instrumentation instrumentation) {
    String[] parts = options.split(":", 2);
    PlantedBug bug = PlantedBug.parse(parts[0]);
    if (parts.length == 2) {
      Planted.every(Integer.parseInt(parts[1]));
    }
    AgentBuilder agent =
        new AgentBuilder.Default()
            .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly());
    ElementMatcher.Junction<MethodDescription> applyRevocation =
        named("apply").and(takesArgument(0, named("dev.rescind.revocation.Revocation")));
    switch (bug) {
      case SKIPPED_APPLY ->
          plant(agent, INDEX, SkippedApply.class, applyRevocation).installOn(instrumentation);
      case RESET_TO_LATEST ->
          plant(agent, CONSUMER, ResetToLatest.class, named("seekToBeginning"))
              .installOn(instrumentation);
      case FRESH_BY_END_OFFSETS -> {
        AgentBuilder first =
            plant(
                agent,
                CONSUMER,
                ReadToTheEnd.class,
                named("poll").and(takesArgument(0, named("java.time.Duration"))));
        plant(first, "dev.rescind.replica.Replica", FreshByEnd.class, named("stalenessNanos"))
            .installOn(instrumentation);
      }
      case FINGERPRINT_OF_THE_TEXT ->
          plant(
                  agent,
                  "dev.rescind.credential.PresentedToken$Jwt",
                  FingerprintOfTheText.class,
                  named("fingerprint"))
              .installOn(instrumentation);
      case KEY_BY_KID_ALONE -> {
        AgentBuilder first =
            plant(
                agent,
                "dev.rescind.revocation.Target$Key",
                KeyByKid.class,
                named("keys").and(takesArguments(0)));
        plant(first, "dev.rescind.introspector.decide.Known", KnownByOneKid.class, isConstructor())
            .installOn(instrumentation);
      }
      case LAST_CUTOFF_WINS ->
          plant(agent, INDEX, LastCutoffWins.class, applyRevocation).installOn(instrumentation);
    }
    System.err.println("planted: " + options);
  }

  private static AgentBuilder plant(
      AgentBuilder agent,
      String type,
      Class<?> advice,
      ElementMatcher<? super MethodDescription> method) {
    // Described by its bytes: reflection would load the very class that is being changed.
    ClassFileLocator bytes = ClassFileLocator.ForClassLoader.of(advice.getClassLoader());
    Advice described =
        Advice.to(TypePool.Default.of(bytes).describe(advice.getName()).resolve(), bytes);
    return agent
        .type(named(type))
        .transform(
            (builder, description, loader, module, domain) -> builder.visit(described.on(method)));
  }
}
