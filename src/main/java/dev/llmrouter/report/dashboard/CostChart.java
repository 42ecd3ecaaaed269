package dev.llmrouter.report.dashboard;

import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.record.ledger.TrafficSlot;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What was paid over time, as bars, below a line of what the baseline tier would have cost. */
final class CostChart {
    private static final int WIDTH = 900;
    private static final int LEFT = 70;
    private static final int RIGHT = WIDTH - 10;
    private static final int TOP = 12;
    private static final int BOTTOM = 170;
    private static final DateTimeFormatter HOURS =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATES =
            DateTimeFormatter.ofPattern("MMM d", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAYS =
            DateTimeFormatter.ofPattern("MMM d HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final double[] cheap;
    private final double[] premium;
    private final double[] instead;
    private final long[] requests;
    private final Instant from;
    private final Duration step;
    private final DateTimeFormatter form;

    private CostChart(int slots, Instant from, Instant to) {
        this.cheap = new double[slots];
        this.premium = new double[slots];
        this.instead = new double[slots];
        this.requests = new long[slots];
        this.from = from;
        this.step = Duration.between(from, to).dividedBy(slots);
        this.form = step.toHours() >= 24 ? DATES : Duration.between(from, to).toHours() > 24 ? DAYS : HOURS;
    }

    /** @param slots that the time is divided into */
    static CostChart of(List<TrafficSlot> perSlot, int slots, Instant from, Instant to, String baseline) {
        CostChart chart = new CostChart(slots, from, to);
        for (TrafficSlot slot : perSlot) {
            boolean isPremium = slot.tier().equals(baseline);
            (isPremium ? chart.premium : chart.cheap)[slot.slot()] +=
                    slot.costUsd().doubleValue();
            chart.instead[slot.slot()] += slot.baselineCostUsd().doubleValue();
            chart.requests[slot.slot()] += slot.requests();
        }
        return chart;
    }

    /** The same for who does not see bars: a row for each slot with requests. */
    String table() {
        StringBuilder table = new StringBuilder(4096);
        table.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Cost over time, in figures\"><table><thead><tr>"
                        + "<th scope=\"col\">From, UTC</th><th scope=\"col\">Requests</th><th scope=\"col\">Cheaper tiers</th>"
                        + "<th scope=\"col\">Baseline tier</th><th scope=\"col\">All of it at the baseline tier</th></tr></thead><tbody>");
        for (int i = 0; i < requests.length; i++) {
            if (requests[i] > 0) {
                append(
                        table,
                        "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
                        form.format(start(i)),
                        Numbers.count(requests[i]),
                        Numbers.usd(BigDecimal.valueOf(cheap[i])),
                        Numbers.usd(BigDecimal.valueOf(premium[i])),
                        Numbers.usd(BigDecimal.valueOf(instead[i])));
            }
        }
        return table.append("</tbody></table></div>").toString();
    }

    private Instant start(int slot) {
        return from.plus(step.multipliedBy(slot));
    }

    /** Inline SVG. */
    String chart() {
        int slots = requests.length;
        double most = 0;
        for (int i = 0; i < slots; i++) {
            most = Math.max(most, Math.max(cheap[i] + premium[i], instead[i]));
        }
        most = 3 * roundStep(most == 0 ? 1e-6 : most / 3);
        StringBuilder svg = new StringBuilder(8192);
        append(
                svg,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"cost-title\"><title id=\"cost-title\">Cost over time,"
                        + " and what the baseline tier would have cost</title>",
                WIDTH,
                BOTTOM + 24);
        for (int i = 0; i <= 3; i++) {
            double y = BOTTOM - (BOTTOM - TOP) * i / 3.0;
            append(
                    svg,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"soft\" x=\"%d\" y=\"%.1f\""
                            + " text-anchor=\"end\">%s</text>",
                    LEFT,
                    RIGHT,
                    y,
                    y,
                    LEFT - 6,
                    y + 4,
                    Numbers.usd(BigDecimal.valueOf(most * i / 3)));
        }
        double wide = (double) (RIGHT - LEFT) / slots;
        for (int i = 0; i < slots; i++) {
            if (requests[i] > 0) {
                bar(svg, "premium", LEFT + i * wide, wide, 0, premium[i] / most);
                bar(svg, "cheap", LEFT + i * wide, wide, premium[i] / most, cheap[i] / most);
                append(
                        svg,
                        "<rect class=\"hit\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s UTC: %s, %s;"
                                + " at the baseline %s</title></rect>",
                        LEFT + i * wide,
                        TOP,
                        wide,
                        BOTTOM - TOP,
                        form.format(start(i)),
                        Numbers.count(requests[i]) + " " + Counted.noun(requests[i], "request"),
                        Numbers.usd(BigDecimal.valueOf(premium[i] + cheap[i])),
                        Numbers.usd(BigDecimal.valueOf(instead[i])));
            }
            if (i % Math.max(1, slots / 6) == 0) {
                append(
                        svg,
                        "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"start\">%s</text>",
                        LEFT + i * wide,
                        BOTTOM + 18,
                        form.format(start(i)));
            }
        }
        line(svg, instead, most, wide);
        return svg.append("</svg>").toString();
    }

    /** The next of 1, 2, 2.5, 5 times a power of ten. */
    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double step : new double[] {1, 2, 2.5, 5}) {
            if (step * power >= least) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static void bar(StringBuilder svg, String style, double x, double wide, double above, double tall) {
        double scale = BOTTOM - TOP;
        append(
                svg,
                "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\"/>",
                style,
                x + 0.8,
                BOTTOM - scale * (above + tall),
                Math.max(1, wide - 1.6),
                scale * tall);
    }

    private static void line(StringBuilder svg, double[] instead, double most, double wide) {
        svg.append("<polyline class=\"instead\" points=\"");
        for (int i = 0; i < instead.length; i++) {
            double y = BOTTOM - (BOTTOM - TOP) * instead[i] / most;
            append(svg, "%.1f,%.2f %.1f,%.2f ", LEFT + i * wide, y, LEFT + (i + 1) * wide, y);
        }
        svg.append("\"/>");
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
