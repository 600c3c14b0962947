package dev.rescind.system.planted.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import net.bytebuddy.asm.Advice;

/** The agent's jar, made of the classes of this package. */
public final class AgentJar {
  private AgentJar() {}

  /** Writes the jar; it finds Byte Buddy where this JVM has it. */
  public static Path write(Path file) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(new Attributes.Name("Premain-Class"), PlantedAgent.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, place(Advice.class).toString());
    Path classes = Path.of(place(PlantedAgent.class));
    Path own = classes.resolve(PlantedAgent.class.getPackageName().replace('.', '/'));
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> listed = Files.list(own)) {
      List<Path> all = listed.sorted().toList();
      for (Path one : all) {
        jar.putNextEntry(new ZipEntry(classes.relativize(one).toString().replace('\\', '/')));
        try (InputStream in = Files.newInputStream(one)) {
          in.transferTo(jar);
        }
      }
    }
    return file;
  }

  /**
   * The option that plants a bug into a JVM.
   *
   * @param jar that {@link #write} wrote
   */
  public static String option(Path jar, PlantedBug bug) {
    return "-javaagent:" + jar.toAbsolutePath() + "=" + bug.optionName();
  }

  private static URI place(Class<?> type) {
    try {
      return type.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
