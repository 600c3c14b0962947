package dev.rescind.system.faults;

import java.util.Locale;

/** Small plots, as SVG. */
final class Plot {
  private static final int WIDTH = 420;
  private static final int HEIGHT = 240;
  private static final int MARGIN = 40;
  private static final double FROM_MILLIS = 0.1;
  private static final double TO_MILLIS = 100_000;

  private Plot() {}

  /** The share of values that are not above each duration, over a logarithmic axis. */
  static String distribution(String title, Durations durations) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    svg.append(
        "<text x=\"%d\" y=\"16\">%s, %d values</text>\n"
            .formatted(MARGIN, title, durations.size()));
    for (double millis = 1; millis <= TO_MILLIS; millis *= 10) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"24\" y2=\"%2$d\" stroke=\"#ddd\"/>"
                  + "<text x=\"%1$.1f\" y=\"%3$d\" text-anchor=\"middle\">%4$s</text>\n",
              x(millis),
              HEIGHT - MARGIN,
              HEIGHT - MARGIN + 14,
              millis < 1_000 ? (int) millis + " ms" : (int) millis / 1_000 + " s"));
    }
    for (int percent = 0; percent <= 100; percent += 25) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>\n",
              MARGIN - 4,
              y(percent / 100.0) + 4,
              percent));
    }
    long[] values = durations.sorted();
    if (values.length > 0) {
      svg.append("<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"1.5\" points=\"");
      int step = Math.max(1, values.length / 400);
      for (int i = 0; i < values.length; i += step) {
        point(svg, values[i], (i + 1.0) / values.length);
      }
      point(svg, values[values.length - 1], 1);
      svg.append("\"/>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private static void point(StringBuilder svg, long nanos, double share) {
    svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(nanos / 1e6), y(share)));
  }

  private static double x(double millis) {
    double at = Math.min(TO_MILLIS, Math.max(FROM_MILLIS, millis));
    return MARGIN
        + (WIDTH - 2 * MARGIN) * Math.log(at / FROM_MILLIS) / Math.log(TO_MILLIS / FROM_MILLIS);
  }

  private static double y(double share) {
    return HEIGHT - MARGIN - share * (HEIGHT - MARGIN - 24);
  }
}
