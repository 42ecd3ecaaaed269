package dev.llmrouter.report;

import dev.llmrouter.evaluate.Validation;
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
            out.append("</section>");
        }
        if (!proposal.patch().isEmpty()) {
            out.append("<details><summary>Patch of the policy</summary>");
            element(out, "pre", proposal.patch());
            out.append("</details>");
        }
        element(
                out,
                "p",
                SuggestionText.method(
                        suggestions,
                        validation.settings().alpha(),
                        validation.settings().correction().meaning()));
        return out.toString();
    }

    static void element(StringBuilder out, String name, String text) {
        out.append('<').append(name).append('>').append(Html.escape(text));
        out.append("</").append(name).append('>');
    }
}
