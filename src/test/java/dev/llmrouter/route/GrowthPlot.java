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
    private static final int LEFT = 70;
    private static final int TOP = 50;
    private static final int WIDTH = 480;
    private static final int HEIGHT = 300;

    private record Point(int size, double micros) {}

    private final String title;
    private final Map<String, List<Point>> lines = new LinkedHashMap<>();

    GrowthPlot(String title) {
        this.title = title;
    }

    void point(String line, int size, double micros) {
        lines.computeIfAbsent(line, unseen -> new ArrayList<>()).add(new Point(size, micros));
    }

    void write(Path file) throws IOException {
        StringBuilder svg = new StringBuilder(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 410\" font-family=\"sans-serif\" font-size=\"12\">\n"
                        + "<rect width=\"760\" height=\"410\" fill=\"white\"/>\n");
        text(svg, LEFT, 28, "black", title);
        for (int power = 0; power <= 3; power++) {
            double y = y(Math.pow(10, power));
            double x = x(Math.pow(10, power + 1));
            line(svg, LEFT, y, LEFT + WIDTH, y);
            line(svg, x, TOP, x, TOP + HEIGHT);
            text(svg, 12, y + 4, "black", String.format(Locale.ROOT, "%,d us", (int) Math.pow(10, power)));
            text(svg, x - 14, TOP + HEIGHT + 18, "black", String.format(Locale.ROOT, "%,d", (int)
                    Math.pow(10, power + 1)));
        }
        int at = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            String colour = COLOURS.get(at % COLOURS.size());
            svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"")
                    .append(colour)
                    .append("\" points=\"");
            line.getValue()
                    .forEach(p -> svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(p.size()), y(p.micros()))));
            svg.append("\"/>\n");
            text(svg, LEFT + WIDTH + 16, TOP + 20 + 20 * at++, colour, line.getKey());
        }
        Files.writeString(file, svg.append("</svg>\n").toString());
    }

    private static double x(double size) {
        return LEFT + WIDTH * (Math.log10(size) - 1) / 3;
    }

    private static double y(double micros) {
        return TOP + HEIGHT * (1 - Math.log10(Math.max(1, micros)) / 3);
    }

    private static void line(StringBuilder svg, double x, double y, double toX, double toY) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n",
                x,
                y,
                toX,
                toY));
    }

    private static void text(StringBuilder svg, double x, double y, String colour, String said) {
        svg.append(
                String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>\n", x, y, colour, said));
    }
}
