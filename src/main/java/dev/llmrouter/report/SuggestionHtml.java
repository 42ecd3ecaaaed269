package dev.llmrouter.report;

import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.suggest.PartialRoute;
import dev.llmrouter.evaluate.suggest.Suggestions;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import dev.llmrouter.report.page.Html;
import java.util.List;

/** The chapter on suggestions in the validation report. */
final class SuggestionHtml {
    private SuggestionHtml() {}

    static String render(Validation validation, Proposal proposal) {
        Suggestions suggestions = proposal.suggestions();
        StringBuilder out = new StringBuilder("<h2>Suggested tiers</h2>");
        element(out, "p", SuggestionText.total(suggestions));
        for (TaskSuggestion task : suggestions.tasks()) {
            List<String> lines = SuggestionText.lines(task);
            out.append("<section>");
            element(out, "strong", lines.get(0));
            lines.stream().skip(1).forEach(line -> element(out, "p", line));
            double margin = task.cases().stream()
                    .flatMap(known -> known.results().stream())
                    .mapToDouble(result -> result.gate().margin())
                    .findFirst()
                    .orElse(0);
            task.partials().stream()
                    .filter(partial -> !partial.curve().isEmpty())
                    .forEach(partial -> out.append(curve(task.task(), partial, margin)));
            out.append("</section>");
        }
        if (!proposal.patch().isEmpty()) {
            out.append("<details><summary>Patch of the policy</summary>");
            element(out, "pre", proposal.patch());
            out.append("</details>");
        }
        proposal.byHand().forEach(change -> element(out, "p", SuggestionText.byHand(change)));
        element(
                out,
                "p",
                SuggestionText.method(
                        suggestions,
                        validation.settings().alpha(),
                        validation.settings().correction().meaning()));
        return out.toString();
    }

    /** Loss of quality by the share of inputs that go to the cheaper model; the dot is what is proved. */
    private static String curve(String task, PartialRoute partial, double margin) {
        double[][] points = partial.curve().stream()
                .map(c -> new double[] {100 * c.share(), 100 * c.loss()})
                .toArray(double[][]::new);
        double least = 0;
        double most = 130 * margin;
        for (double[] point : points) {
            least = Math.min(least, point[1]);
            most = Math.max(most, point[1]);
        }
        Svg.Axes axes = Svg.axes(
                        Html.escape("Quality by coverage, " + task + ", " + partial.candidate()),
                        "% of inputs to " + Html.escape(partial.candidate()),
                        "points lost; dashed: margin",
                        new double[] {0, 100},
                        new double[] {least, most})
                .line("curve", points)
                .line("curve margin", new double[][] {{0, 100 * margin}, {100, 100 * margin}});
        if (partial.opens()) {
            axes.point(100 * partial.share(), 100 * partial.loss(), 5, "proved");
        }
        return axes.toString();
    }

    private static void element(StringBuilder out, String name, String text) {
        out.append('<').append(name).append('>').append(Html.escape(text));
        out.append("</").append(name).append('>');
    }
}
