package dev.llmrouter.report;

import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** The validation report as Markdown, for merge requests and terminals. */
public final class ValidationMarkdown {
    private ValidationMarkdown() {}

    /** The whole text. @param day on which it is made */
    public static String render(Validation validation, LocalDate day) {
        return render(validation, null, day);
    }

    /** The same with what is suggested from it. @param proposal null for nothing */
    public static String render(Validation validation, @Nullable Proposal proposal, LocalDate day) {
        StringBuilder out = new StringBuilder(Phrases.format(
                "# %d of %d accepted\n\n%s\n\n%s\n\n",
                validation.accepted(),
                validation.tasks().size(),
                escape(Phrases.total(validation)),
                escape(Phrases.basis(validation, day))));
        if (proposal != null) {
            suggest(validation, proposal, out);
        }
        for (TaskResult t : validation.tasks()) {
            Phrases.doubts(t)
                    .forEach(w -> out.append("- data, ")
                            .append(escape(t.task()))
                            .append(": ")
                            .append(escape(w))
                            .append('\n'));
            out.append("- **")
                    .append(Phrases.word(t))
                    .append("** ")
                    .append(escape(t.task()))
                    .append(": ");
            out.append(escape(Phrases.headline(t))).append('\n');
        }
        out.append("\n| task | candidate | n | difference, points | interval | verdict | needed |\n");
        out.append("|---|---|---|---|---|---|---|\n");
        for (TaskResult t : validation.tasks()) {
            GateResult gate = t.gate();
            out.append("| ").append(escape(t.task())).append(" | ").append(escape(t.candidate()));
            out.append(" | ").append(gate.n()).append(" | ").append(Phrases.points(gate.difference()));
            out.append(" | ").append(Phrases.points(gate.low())).append(" to ").append(Phrases.points(gate.high()));
            out.append(" | ").append(Phrases.word(t)).append(" | ");
            out.append(needed(t)).append(" |\n");
        }
        out.append("\n## Method and assumptions\n\n");
        Method.sentences(validation).forEach(s -> out.append("- ").append(s).append('\n'));
        return out.toString();
    }

    private static void suggest(Validation validation, Proposal proposal, StringBuilder out) {
        out.append("## Suggested tiers\n\n");
        out.append(escape(SuggestionText.total(proposal.suggestions()))).append("\n\n");
        for (TaskSuggestion task : proposal.suggestions().tasks()) {
            String indent = "- ";
            for (String line : SuggestionText.lines(task)) {
                out.append(indent).append(escape(line)).append('\n');
                indent = "  - ";
            }
        }
        if (!proposal.patch().isEmpty()) {
            out.append("\n````diff\n").append(proposal.patch()).append("````\n");
        }
        if (!proposal.byHand().isEmpty()) {
            out.append('\n');
        }
        for (String change : proposal.byHand()) {
            out.append("- ").append(escape(SuggestionText.byHand(change))).append('\n');
        }
        out.append('\n')
                .append(escape(SuggestionText.method(
                        proposal.suggestions(),
                        validation.settings().alpha(),
                        validation.settings().correction().meaning())))
                .append("\n\n");
    }

    private static String needed(TaskResult t) {
        Integer needed = t.needed();
        return needed == null ? "" : needed + " (to " + t.gate().neededFor().key() + ")";
    }

    private static String escape(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>()#|!])", "\\\\$1").replaceAll("\\s+", " ");
    }
}
