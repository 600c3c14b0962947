package dev.rescind.system;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Path;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.web.context.support.GenericWebApplicationContext;

/** A servlet behind Spring Security, served by Tomcat on a loopback port. */
final class SpringServer implements AutoCloseable {
  // Held, for a level is forgotten with a logger that nobody holds.
  private static final Logger TOMCAT = Logger.getLogger("org.apache");

  static {
    TOMCAT.setLevel(Level.WARNING);
  }

  private final GenericWebApplicationContext spring = new GenericWebApplicationContext();
  private final Tomcat tomcat = new Tomcat();

  /**
   * Starts.
   *
   * @param security a {@code @Configuration} with the filter chains
   * @param settings what its methods ask for, each under its class
   */
  SpringServer(Path data, HttpServlet servlet, Class<?> security, Object... settings)
      throws LifecycleException {
    tomcat.setBaseDir(data.toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat
        .addContext("", null)
        .addServletContainerInitializer(
            (classes, context) -> initialize(context, servlet, security, settings), Set.of());
    tomcat.start();
  }

  private void initialize(
      ServletContext context, HttpServlet servlet, Class<?> security, Object... settings) {
    spring.setServletContext(context);
    for (Object setting : settings) {
      spring.getBeanFactory().registerSingleton(setting.getClass().getName(), setting);
    }
    new AnnotatedBeanDefinitionReader(spring).register(security);
    spring.refresh();
    String name = "springSecurityFilterChain";
    context
        .addFilter(name, spring.getBean(name, Filter.class))
        .addMappingForUrlPatterns(null, false, "/*");
    context.addServlet("servlet", servlet).addMapping("/");
  }

  String url() {
    return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    } finally {
      spring.close();
    }
  }
}
