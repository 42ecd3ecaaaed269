package dev.llmrouter.report;

import dev.llmrouter.evaluate.PairedOutcomes;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.report.page.Html;
import java.util.List;
import java.util.Locale;

/**
 * Small plots as inline SVG that load nothing; colours come from the page's style, so that they follow dark and light. They
 * are {@value #WIDTH} units wide, about the width of a phone, so that their text stays readable there.
 */
final class Svg {
    private static final int WIDTH = 360;
    private static final int LEFT = 10;
    private static final int RIGHT = WIDTH - 10;
    private static final double[] STEPS = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};

    private Svg() {}

    /** A row of the difference plot. */
    record Row(String label, double low, double middle, double high, double margin, String style) {}

    /** Intervals of differences below each other, each with its margin, a line at 0 and a scale in points. */
    static String intervals(List<Row> rows, String title) {
        double reach = 0.01;
        for (Row row : rows) {
            reach = Math.max(reach, Math.max(row.margin * 1.5, Math.max(Math.abs(row.low), Math.abs(row.high))));
        }
        reach = Math.min(1, reach * 1.05);
        int bottom = 8 + rows.size() * 36;
        StringBuilder svg = start(bottom + 36, title);
        scale(svg, reach, bottom);
        int y = 26;
        for (Row row : rows) {
            text(svg, LEFT, y - 8, "start", row.label.length() > 50 ? row.label.substring(0, 49) + "…" : row.label);
            line(svg, x(-row.margin, reach), y - 5, x(-row.margin, reach), y + 9, "margin");
            line(svg, x(row.low, reach), y + 2, x(row.high, reach), y + 2, row.style);
            dot(svg, x(row.middle, reach), y + 2, row.style);
            y += 36;
        }
        return svg.append("</svg></div>").toString();
    }

    private static void scale(StringBuilder svg, double reach, int bottom) {
        double step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0 && reach / STEPS[i] <= 3; i--) {
            step = STEPS[i];
        }
        line(svg, LEFT, bottom, RIGHT, bottom, "axis");
        for (int k = (int) -Math.floor(reach / step); k <= reach / step; k++) {
            double at = x(k * step, reach);
            line(svg, at, k == 0 ? 4 : bottom - 4, at, bottom, k == 0 ? "zero" : "axis");
            text(svg, at, bottom + 14, "middle", k == 0 ? "0" : mark(k * step));
        }
        text(svg, RIGHT, bottom + 30, "end", "points, candidate minus baseline; dashed: margin");
    }

    private static String mark(double difference) {
        double points = 100 * difference;
        return Phrases.format(Math.abs(points - Math.rint(points)) < 1e-9 ? "%+.0f" : "%+.1f", points);
    }

    private static double x(double difference, double reach) {
        return WIDTH / 2.0 + (WIDTH / 2.0 - 18) * Math.max(-1, Math.min(1, difference / reach));
    }

    /** Cost against quality of both models, and the straight line of their random mixes. */
    static String costQuality(TaskResult result, double baselineCost, double candidateCost) {
        double dearest = Math.max(Math.max(baselineCost, candidateCost), 1e-12);
        double a = result.outcomes().baselineQuality();
        double b = result.outcomes().candidateQuality();
        double floor = Math.max(0, Math.min(a, b) - 0.1);
        StringBuilder svg = start(230, "Cost and quality of " + result.candidate() + " and " + result.baseline());
        line(svg, 50, 10, 50, 175, "axis");
        line(svg, 50, 175, RIGHT, 175, "axis");
        double xa = 50 + 270 * baselineCost / dearest;
        double xb = 50 + 270 * candidateCost / dearest;
        double ya = 175 - 155 * (a - floor) / (1 - floor);
        double yb = 175 - 155 * (b - floor) / (1 - floor);
        line(svg, xa, ya, xb, yb, "mix");
        dot(svg, xa, ya, "baseline");
        dot(svg, xb, yb, "candidate");
        text(svg, Math.max(75, Math.min(xa, 325)), ya - 10, "middle", "baseline");
        text(svg, Math.max(85, Math.min(xb, 325)), Math.min(yb + 20, 170), "middle", "candidate");
        text(svg, 46, 24, "end", "100 %");
        text(svg, 46, 175, "end", Phrases.percent(floor));
        text(svg, 50, 191, "start", "$0");
        text(svg, RIGHT, 191, "end", Phrases.usd(1000 * dearest) + " per 1,000 answers");
        text(svg, LEFT, 210, "start", "dashed: random mix of the two; a router has to lie");
        text(svg, LEFT, 225, "start", "above it");
        return svg.append("</svg></div>").toString();
    }

    /** Share of answers by score, in ten classes, the baseline beside the candidate, with a scale of shares. */
    static String scores(PairedOutcomes outcomes) {
        int[][] counts = new int[2][10];
        int most = 1;
        for (int i = 0; i < outcomes.n(); i++) {
            most = Math.max(most, ++counts[0][(int) Math.min(9, outcomes.baselineScore(i) * 10)]);
            most = Math.max(most, ++counts[1][(int) Math.min(9, outcomes.candidateScore(i) * 10)]);
        }
        StringBuilder svg = start(160, "Scores");
        line(svg, 44, 125, RIGHT, 125, "axis");
        text(svg, 40, 24, "end", Phrases.format("%.0f %%", 100.0 * most / Math.max(1, outcomes.n())));
        text(svg, 40, 125, "end", "0 %");
        for (int k = 0; k < 10; k++) {
            for (int side = 0; side < 2; side++) {
                double tall = 105.0 * counts[side][k] / most;
                svg.append(Phrases.format(
                        "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"%.1f\" class=\"%s\"/>",
                        48 + k * 30 + side * 13, 125 - tall, tall, side == 0 ? "baseline" : "candidate"));
            }
            text(svg, 60 + k * 30, 141, "middle", Phrases.format("%.1f", k / 10.0));
        }
        text(svg, LEFT, 157, "start", "score from; left bar baseline, right bar candidate");
        return svg.append("</svg></div>").toString();
    }

    private static StringBuilder start(int height, String title) {
        return new StringBuilder(
                        Phrases.format("<div class=\"plot\"><svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, height))
                .append("<title>")
                .append(Html.escape(title))
                .append("</title>");
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2, String style) {
        svg.append(Phrases.format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style));
    }

    private static void dot(StringBuilder svg, double x, double y, String style) {
        svg.append(Phrases.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"%s\"/>", x, y, style));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(Phrases.format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor))
                .append(Html.escape(text))
                .append("</text>");
    }

    /** A plot on axes. @param x least and greatest value across @param y least and greatest value upwards */
    static Axes axes(String title, String labelX, String labelY, double[] x, double[] y) {
        return new Axes(title, labelX, labelY, x, y);
    }

    /** A plot on axes from given least to given greatest values, to which lines and points are added. */
    static final class Axes {
        private static final int WIDTH = 420;
        private static final int HEIGHT = 300;
        private static final int LEFT = 52;
        private static final int BOTTOM = 44;
        private static final int EDGE = 14;

        private final double fromX;
        private final double toX;
        private final double fromY;
        private final double toY;
        private final StringBuilder body = new StringBuilder();

        private Axes(String title, String labelX, String labelY, double[] x, double[] y) {
            fromX = x[0];
            toX = x[1];
            fromY = y[0];
            toY = y[1];
            add(
                    "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><title>%s</title>",
                    WIDTH, HEIGHT, title, title);
            for (int i = 0; i <= 4; i++) {
                double valueX = fromX + (toX - fromX) * i / 4;
                double valueY = fromY + (toY - fromY) * i / 4;
                add(
                        "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>",
                        LEFT, WIDTH - EDGE, y(valueY), y(valueY), LEFT - 6, y(valueY) + 4, number(valueY, toY - fromY));
                add(
                        "<text x=\"%.1f\" y=\"%d\" class=\"x\">%s</text>",
                        x(valueX), HEIGHT - BOTTOM + 16, number(valueX, toX - fromX));
            }
            add("<text x=\"%d\" y=\"%d\" class=\"x\">%s</text>", (LEFT + WIDTH - EDGE) / 2, HEIGHT - 8, labelX);
            add(
                    "<text x=\"12\" y=\"%d\" class=\"x\" transform=\"rotate(-90 12 %d)\">%s</text>",
                    (HEIGHT - BOTTOM) / 2, (HEIGHT - BOTTOM) / 2, labelY);
        }

        private static String number(double value, double range) {
            return String.format(Locale.ROOT, range > 5 ? "%.0f" : range > 0.5 ? "%.2g" : "%.3f", value);
        }

        private double x(double value) {
            return LEFT + (value - fromX) / (toX - fromX) * (WIDTH - EDGE - LEFT);
        }

        private double y(double value) {
            return HEIGHT - BOTTOM - (value - fromY) / (toY - fromY) * (HEIGHT - BOTTOM - EDGE);
        }

        /** A line through points. */
        Axes line(String style, double[][] points) {
            body.append("<polyline class=\"").append(style).append("\" points=\"");
            for (double[] point : points) {
                add("%.1f,%.1f ", x(point[0]), y(point[1]));
            }
            body.append("\"/>");
            return this;
        }

        /** A point with a text that shows when it is pointed at. */
        Axes point(double valueX, double valueY, double radius, String text) {
            add(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s</title></circle>",
                    x(valueX), y(valueY), radius, text);
            return this;
        }

        private void add(String format, Object... values) {
            body.append(String.format(Locale.ROOT, format, values));
        }

        @Override
        public String toString() {
            return body + "</svg>";
        }
    }
}
