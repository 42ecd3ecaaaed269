package dev.llmrouter.report;

import dev.llmrouter.classify.learned.ConfidenceText;
import dev.llmrouter.classify.learned.Quality;
import dev.llmrouter.report.page.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The quality report as one HTML page with plots; it loads nothing from elsewhere and holds no text of any example. */
public final class QualityPage {
    /** A matrix of more tasks than this is shown as the pairs that are confused most. */
    private static final int MATRIX = 30;

    private static final int PAIRS = 40;

    /** Of the darkest cell of the matrix: its figure stays readable (contrast of 4.5 and more), light or dark. */
    private static final double SHADE = 0.65;

    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #dde3ea}
            th:first-child,td:first-child{text-align:left}.wide{overflow-x:auto}.matrix td{text-align:center;min-width:1.6rem;padding:.1rem}
            .matrix th.v{writing-mode:vertical-rl;text-align:left;font-weight:normal}
            .plots{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0;flex:1 1 22rem;max-width:30rem}figcaption{color:#55606e}
            svg{width:100%;height:auto}svg text{font-size:11px;fill:#55606e}svg .x{text-anchor:middle}svg .y{text-anchor:end}
            .grid{stroke:#e5eaf0}.curve{fill:none;stroke:#0b62c4;stroke-width:2}.ideal{fill:none;stroke:#8a94a0;stroke-dasharray:4 4}circle{fill:#0b62c4}
            @media(prefers-color-scheme:dark){body{background:#12161c;color:#dfe5ec}td,th{border-color:#2b333d}.grid{stroke:#2b333d}svg text,figcaption{fill:#9aa5b1;color:#9aa5b1}}
            """;

    private QualityPage() {}

    /** @param id of the model */
    public static String of(String id, Quality q) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<title>Quality of task classifier " + Html.escape(id) + "</title><style>" + STYLE
                + "</style></head><body>");
        page.append("<h1>Quality of task classifier ").append(Html.escape(id)).append("</h1>");
        q.missingNone()
                .ifPresent(caution ->
                        page.append("<p><b>").append(Html.escape(caution)).append("</b></p>"));
        if (!q.isMeasurable()) {
            return page.append("<p>")
                    .append(Html.escape(q.tooFew()))
                    .append("</p></body></html>\n")
                    .toString();
        }
        q.cautions()
                .forEach(caution ->
                        page.append("<p><b>").append(Html.escape(caution)).append("</b></p>"));
        summary(page, q);
        page.append("<div class=\"plots\">");
        figure(
                page,
                reliability(q),
                "Does the confidence keep its word? On the dashed line it does: of the inputs with confidence 0.8, 80 % are right."
                        + " Below it the model is too sure, above it too modest. Size: number of inputs.");
        figure(
                page,
                coverage(q),
                "Accuracy of what is decided when the least sure inputs go to the premium tier: the further left, the more go"
                        + " there. The dot is the model's own threshold.");
        figure(page, learning(q), "Accuracy by examples per task. " + advice(q));
        page.append("</div>");
        tasks(page, q);
        confusion(page, q);
        return page.append("</body></html>\n").toString();
    }

    /** Share of the inputs that more examples have to add to be worth the labour; our choice. */
    private static final double WORTHWHILE = 0.02;

    /** Says whether more examples would help. */
    public static String advice(Quality q) {
        double gain = q.lastGain();
        String last =
                String.format(Locale.ROOT, "Doubling the examples last added %.1f points of accuracy", 100 * gain);
        double chance = q.lastGainError();
        if (gain <= WORTHWHILE && gain + chance > WORTHWHILE) {
            return last
                    + String.format(
                            Locale.ROOT,
                            ", with a standard error of %.1f: too few examples to tell whether more will help.",
                            100 * chance);
        }
        if (gain > WORTHWHILE) {
            return last + ": more examples will help.";
        }
        return last + (gain > 0.005 ? ": more examples help a little." : ": more examples will hardly help.");
    }

    private static void summary(StringBuilder page, Quality q) {
        page.append(String.format(
                Locale.ROOT,
                "<p>%d examples of %d tasks; every figure is from %d held-out folds. Accuracy <b>%.3f</b>, macro-F1"
                        + " <b>%.3f</b>, calibration error <b>%.3f</b>. Above the threshold %s lie %.1f %% of the tasks'"
                        + " inputs, and %.3f of those are right.",
                q.examples(),
                q.tasks().size(),
                q.folds(),
                q.accuracy(),
                q.macroF1(),
                q.calibrationError(),
                ConfidenceText.of(q.threshold(), 3),
                100 * q.coverage(q.threshold()),
                q.accuracyAbove(q.threshold())));
        if (!Double.isNaN(q.wronglyAccepted())) {
            page.append(String.format(
                    Locale.ROOT, " Of the inputs of no task %.1f %% are accepted.", 100 * q.wronglyAccepted()));
        }
        if (q.noisy().n() > 0) {
            page.append(String.format(
                    Locale.ROOT,
                    " Of %d copies with typing errors, politeness or other spacing %.1f %% get another answer, and %.1f %%"
                            + " another task.",
                    q.noisy().n(),
                    100 * q.noisy().changedShare(),
                    100 * q.noisy().elsewhereShare()));
        }
        page.append(
                "</p><p>Macro-F1 joins how many inputs of a task are found with how many of those found are right; every task"
                        + " counts the same, however rare. The calibration error is how far confidence and share of right answers are"
                        + " apart on average: 0.02 is 2 points.</p>");
    }

    private static void figure(StringBuilder page, Svg.Axes plot, String caption) {
        page.append("<figure>")
                .append(plot.toString())
                .append("<figcaption>")
                .append(Html.escape(caption))
                .append("</figcaption></figure>");
    }

    private static Svg.Axes reliability(Quality q) {
        Svg.Axes plot = Svg.axes("Reliability", "confidence", "share right", new double[] {0, 1}, new double[] {0, 1})
                .line("ideal", new double[][] {{0, 0}, {1, 1}});
        double[][] bins = q.reliability();
        double most = 1;
        for (double[] bin : bins) {
            most = Math.max(most, bin[0]);
        }
        for (double[] bin : bins) {
            if (bin[0] > 0) {
                String text =
                        String.format(Locale.ROOT, "%.0f inputs: confidence %.3f, right %.3f", bin[0], bin[1], bin[2]);
                plot.point(bin[1], bin[2], 3 + 9 * Math.sqrt(bin[0] / most), text);
            }
        }
        return plot;
    }

    private static Svg.Axes coverage(Quality q) {
        List<Quality.Outcome> sorted = q.outcomes().stream()
                .filter(o -> o.truth() >= 0)
                .sorted(Comparator.comparingDouble((Quality.Outcome o) -> -o.confidence()))
                .toList();
        List<double[]> points = new ArrayList<>();
        int right = 0;
        double least = 1;
        for (int i = 0; i < sorted.size(); i++) {
            right += sorted.get(i).right() ? 1 : 0;
            if ((i + 1) * 100L / sorted.size() > i * 100L / sorted.size() && (i + 1) * 20L >= sorted.size()) {
                double accuracy = right / (i + 1.0);
                points.add(new double[] {(i + 1.0) / sorted.size(), accuracy});
                least = Math.min(least, accuracy);
            }
        }
        double floor = Math.max(0, Math.floor(least * 10 - 0.5) / 10);
        Svg.Axes plot = Svg.axes(
                        "Coverage and accuracy",
                        "share of inputs decided",
                        "accuracy",
                        new double[] {0, 1},
                        new double[] {floor, 1})
                .line("curve", points.toArray(new double[0][]));
        double kept = q.coverage(q.threshold());
        double accuracy = q.accuracyAbove(q.threshold());
        if (kept > 0 && accuracy >= floor) {
            String text = String.format(
                    Locale.ROOT,
                    "threshold %s: %.1f %% decided, %.3f right",
                    ConfidenceText.of(q.threshold(), 3),
                    100 * kept,
                    accuracy);
            plot.point(kept, accuracy, 4, text);
        }
        return plot;
    }

    private static Svg.Axes learning(Quality q) {
        double most = 1;
        double least = 1;
        for (Quality.Point point : q.learning()) {
            most = Math.max(most, point.perTask());
            least = Math.min(least, point.accuracy());
        }
        double floor = Math.max(0, Math.floor(least * 10 - 0.5) / 10);
        Svg.Axes plot = Svg.axes(
                "Learning curve", "examples per task", "accuracy", new double[] {0, most * 1.05}, new double[] {floor, 1
                });
        plot.line(
                "curve",
                q.learning().stream()
                        .map(p -> new double[] {p.perTask(), p.accuracy()})
                        .toArray(double[][]::new));
        for (Quality.Point p : q.learning()) {
            plot.point(
                    p.perTask(),
                    p.accuracy(),
                    4,
                    String.format(Locale.ROOT, "%.1f per task: %.3f of %d right", p.perTask(), p.accuracy(), p.n()));
        }
        return plot;
    }

    private static void tasks(StringBuilder page, Quality q) {
        page.append(
                "<h2>Tasks</h2><p>Precision: of the inputs that were taken for the task, the share that is of it. Recall: of the"
                        + " task's inputs, the share that was taken for it.</p><div class=\"wide\"><table><tr><th>task</th><th>precision</th><th>recall</th>"
                        + "<th>examples</th></tr>");
        for (int k = 0; k < q.tasks().size(); k++) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%.3f</td><td>%.3f</td><td>%d</td></tr>",
                    Html.escape(q.tasks().get(k)),
                    q.precision(k),
                    q.recall(k),
                    q.support(k)));
        }
        page.append("</table></div>");
    }

    private static void confusion(StringBuilder page, Quality q) {
        if (q.tasks().size() > MATRIX) {
            pairs(page, q);
            return;
        }
        page.append("<h2>Confusion</h2><p>Rows: the true task. Columns: the task found.</p>"
                + "<div class=\"wide\"><table class=\"matrix\"><tr><th></th>");
        q.tasks()
                .forEach(task -> page.append("<th class=\"v\">")
                        .append(Html.escape(task))
                        .append("</th>"));
        page.append("</tr>");
        for (int row = 0; row < q.tasks().size(); row++) {
            page.append("<tr><th>").append(Html.escape(q.tasks().get(row))).append("</th>");
            for (int column = 0; column < q.tasks().size(); column++) {
                int count = q.confusion()[row][column];
                double share = count / (double) Math.max(1, q.support(row));
                page.append(String.format(
                        Locale.ROOT,
                        "<td style=\"background:rgba(%s,%.2f)\">%s</td>",
                        row == column ? "11,98,196" : "208,70,40",
                        SHADE * share,
                        count == 0 ? "" : count));
            }
            page.append("</tr>");
        }
        page.append("</table></div>");
    }

    private static void pairs(StringBuilder page, Quality q) {
        List<int[]> pairs = new ArrayList<>();
        for (int row = 0; row < q.tasks().size(); row++) {
            for (int column = 0; column < q.tasks().size(); column++) {
                if (row != column && q.confusion()[row][column] > 0) {
                    pairs.add(new int[] {row, column, q.confusion()[row][column]});
                }
            }
        }
        pairs.sort(Comparator.comparingInt((int[] pair) -> -pair[2]));
        page.append("<h2>Confusion</h2><p>The pairs of tasks that are confused most.</p><div class=\"wide\"><table>"
                + "<tr><th>true task</th><th>task found</th><th>inputs</th></tr>");
        for (int[] pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td>%d</td></tr>",
                    Html.escape(q.tasks().get(pair[0])),
                    Html.escape(q.tasks().get(pair[1])),
                    pair[2]));
        }
        page.append("</table></div>");
    }
}
