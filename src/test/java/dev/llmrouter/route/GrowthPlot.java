package dev.llmrouter.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines of cost against size, both axes logarithmic: sizes from 10 to 10,000, cost from 1 to 1,000 us. */
final class GrowthPlot {
    private static final List<String> COLOURS = List.of("#1f6feb", "#bf5b00", "#1a7f37");
    private static final int LEFT = 80;
    private static final int TOP = 50;
    private static final int WIDTH = 480;
    private static final int HEIGHT = 300;

    private record Point(int size, double micros) {}

    private final String title;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();

    GrowthPlot(String title) {
        this.title = title;
    }

    void point(String line, int size, double micros) {
        lines.computeIfAbsent(line, unseen -> new ArrayList<>()).add(new Point(size, micros));
    }

    void write(Path file) throws IOException {
        svg.setLength(0);
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 420\" font-family=\"sans-serif\" font-size=\"13\">\n"
                        + "<rect width=\"860\" height=\"420\" fill=\"white\"/>\n");
        text(LEFT, 28, "start", "black", title);
        axes();
        int at = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            String colour = COLOURS.get(at % COLOURS.size());
            text(
                    LEFT + WIDTH + 20,
                    TOP + 20 + 22 * at++,
                    "start",
                    colour,
                    line.getKey() + ": " + last(line.getValue()));
            draw(line.getValue(), colour);
        }
        Files.writeString(file, svg.append("</svg>\n").toString());
    }

    private void axes() {
        for (int power = 0; power <= 3; power++) {
            double y = y(Math.pow(10, power));
            double x = x(Math.pow(10, power + 1));
            add("<path d=\"M" + LEFT + " " + y + "h" + WIDTH + "M" + x + " " + TOP + "v" + HEIGHT
                    + "\" stroke=\"#ddd\"/>");
            text(LEFT - 8, y + 4, "end", "black", String.format(Locale.ROOT, "%,d us", (int) Math.pow(10, power)));
            text(x, TOP + HEIGHT + 20, "middle", "black", String.format(Locale.ROOT, "%,d", (int)
                    Math.pow(10, power + 1)));
        }
        text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 46, "middle", "black", "how many");
    }

    /** A line with its points. */
    private void draw(List<Point> points, String colour) {
        StringBuilder way = new StringBuilder();
        for (Point point : points) {
            String x = rounded(x(point.size()));
            String y = rounded(y(point.micros()));
            add("<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3.5\" fill=\"" + colour + "\"/>");
            way.append(way.isEmpty() ? "" : " ").append(x).append(',').append(y);
        }
        add("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\" points=\"" + way + "\"/>");
    }

    private static String last(List<Point> points) {
        Point last = points.get(points.size() - 1);
        return String.format(Locale.ROOT, "%.0f us with %,d", last.micros(), last.size());
    }

    private static double x(double size) {
        return LEFT + WIDTH * (Math.log10(size) - 1) / 3;
    }

    private static double y(double micros) {
        return TOP + HEIGHT * (1 - Math.log10(Math.max(1, micros)) / 3);
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private void text(double x, double y, String anchor, String colour, String said) {
        add("<text x=\"" + rounded(x) + "\" y=\"" + rounded(y) + "\" text-anchor=\"" + anchor + "\" fill=\"" + colour
                + "\">" + said + "</text>");
    }

    private void add(String element) {
        svg.append(element).append('\n');
    }
}
