package dev.llmrouter.report;

import dev.llmrouter.evaluate.PairedOutcomes;
import dev.llmrouter.evaluate.TaskResult;
import java.util.List;

/** Small plots as inline SVG; colours come from the page's style, so that they follow dark and light. */
final class Svg {
    private Svg() {}

    /** A row of the difference plot. */
    record Row(String label, double low, double middle, double high, String style) {}

    /** Intervals of differences below each other, with lines at 0 and at the margin. */
    static String intervals(List<Row> rows, double margin, String title) {
        double reach = margin * 1.5;
        for (Row row : rows) {
            reach = Math.max(reach, Math.max(Math.abs(row.low), Math.abs(row.high)));
        }
        reach = Math.min(1, reach * 1.05);
        int height = 50 + rows.size() * 24;
        StringBuilder svg = start(640, height, title);
        line(svg, x(0, reach), 8, x(0, reach), height - 36, "zero");
        line(svg, x(-margin, reach), 8, x(-margin, reach), height - 36, "margin");
        text(svg, x(0, reach), height - 20, "middle", "0");
        text(svg, 635, height - 5, "end", "points, candidate minus baseline");
        text(svg, x(-margin, reach) - 4, height - 20, "end", "margin " + Phrases.points(-margin));
        int y = 20;
        for (Row row : rows) {
            text(svg, 2, y + 4, "start", row.label.length() > 30 ? row.label.substring(0, 29) + "…" : row.label);
            line(svg, x(row.low, reach), y, x(row.high, reach), y, row.style);
            dot(svg, x(row.middle, reach), y, row.style);
            y += 24;
        }
        return svg.append("</svg></div>").toString();
    }

    private static double x(double difference, double reach) {
        return 425 + 200 * Math.max(-1, Math.min(1, difference / reach));
    }

    /** Cost against quality of both models, and the straight line of their random mixes. */
    static String costQuality(TaskResult result, double baselineCost, double candidateCost) {
        double dearest = Math.max(Math.max(baselineCost, candidateCost), 1e-12);
        double a = result.outcomes().baselineQuality();
        double b = result.outcomes().candidateQuality();
        double floor = Math.max(0, Math.min(a, b) - 0.1);
        StringBuilder svg = start(640, 250, "Cost and quality");
        line(svg, 60, 10, 60, 205, "axis");
        line(svg, 60, 205, 620, 205, "axis");
        double xa = 60 + 520 * baselineCost / dearest;
        double xb = 60 + 520 * candidateCost / dearest;
        double ya = 205 - 180 * (a - floor) / (1 - floor);
        double yb = 205 - 180 * (b - floor) / (1 - floor);
        line(svg, xa, ya, xb, yb, "mix");
        dot(svg, xa, ya, "baseline");
        dot(svg, xb, yb, "candidate");
        text(svg, Math.min(xa, 560), ya - 10, "middle", "baseline");
        text(svg, Math.max(xb, 110), yb + 20, "middle", "candidate");
        text(svg, 55, 25, "end", "100 %");
        text(svg, 55, 205, "end", Phrases.percent(floor));
        text(svg, 60, 222, "start", "$0");
        text(svg, 620, 222, "end", Phrases.usd(1000 * dearest) + " per 1,000 answers");
        text(svg, 60, 243, "start", "dashed: random mix of the two; a router has to lie above it");
        return svg.append("</svg></div>").toString();
    }

    /** Share of answers by score, in ten classes, the baseline beside the candidate. */
    static String scores(PairedOutcomes outcomes) {
        int[][] counts = new int[2][10];
        for (int i = 0; i < outcomes.n(); i++) {
            counts[0][(int) Math.min(9, outcomes.baselineScore(i) * 10)]++;
            counts[1][(int) Math.min(9, outcomes.candidateScore(i) * 10)]++;
        }
        StringBuilder svg = start(640, 160, "Scores");
        line(svg, 30, 125, 620, 125, "axis");
        for (int k = 0; k < 10; k++) {
            for (int side = 0; side < 2; side++) {
                double tall = outcomes.n() == 0 ? 0 : 110.0 * counts[side][k] / outcomes.n();
                svg.append(Phrases.format(
                        "<rect x=\"%d\" y=\"%.1f\" width=\"24\" height=\"%.1f\" class=\"%s\"/>",
                        34 + k * 59 + side * 26, 125 - tall, tall, side == 0 ? "baseline" : "candidate"));
            }
            text(svg, 59 + k * 59, 141, "middle", Phrases.format("%.1f", k / 10.0));
        }
        text(svg, 30, 157, "start", "score from; left bar baseline, right bar candidate");
        return svg.append("</svg></div>").toString();
    }

    private static StringBuilder start(int width, int height, String title) {
        return new StringBuilder(
                        Phrases.format("<div class=\"plot\"><svg viewBox=\"0 0 %d %d\" role=\"img\">", width, height))
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
}
