package dev.llmrouter.classify.learned;

import java.util.Locale;

/** A small plot on axes from given least to given most values, written as SVG that loads nothing. */
final class Svg {
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

    Svg(String title, String labelX, String labelY, double[] x, double[] y) {
        fromX = x[0];
        toX = x[1];
        fromY = y[0];
        toY = y[1];
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"><title>%s</title>", WIDTH, HEIGHT, title, title);
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
    Svg line(String style, double[][] points) {
        body.append("<polyline class=\"").append(style).append("\" points=\"");
        for (double[] point : points) {
            add("%.1f,%.1f ", x(point[0]), y(point[1]));
        }
        body.append("\"/>");
        return this;
    }

    /** A point with a text that shows when it is pointed at. */
    Svg point(double valueX, double valueY, double radius, String text) {
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
