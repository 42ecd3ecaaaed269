package dev.llmrouter.report;

import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import java.time.LocalDate;

/** The validation report as Markdown, for merge requests and terminals. */
public final class ValidationMarkdown {
    private ValidationMarkdown() {}

    /** The whole text. @param day on which it is made */
    public static String render(Validation validation, LocalDate day) {
        StringBuilder out = new StringBuilder(Phrases.format(
                "# %d of %d accepted\n\n%s\n\n%s\n\n",
                validation.accepted(),
                validation.tasks().size(),
                escape(Phrases.total(validation)),
                escape(Phrases.basis(validation, day))));
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

    private static String needed(TaskResult t) {
        Integer needed = t.needed();
        return needed == null ? "" : needed + " (to " + t.gate().neededFor().key() + ")";
    }

    private static String escape(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>()#|!])", "\\\\$1").replaceAll("\\s+", " ");
    }
}
