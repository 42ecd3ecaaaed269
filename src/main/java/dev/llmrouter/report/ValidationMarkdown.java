package dev.llmrouter.report;

import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;

/** The validation report as Markdown, for merge requests and terminals. */
public final class ValidationMarkdown {
    private ValidationMarkdown() {}

    /** The whole text. */
    public static String render(Validation validation) {
        StringBuilder out = new StringBuilder("# Validation\n\n");
        for (TaskResult t : validation.tasks()) {
            out.append("- **")
                    .append(t.gate().verdict().key())
                    .append("** ")
                    .append(escape(t.task()))
                    .append(": ");
            out.append(Phrases.headline(t)).append('\n');
            t.warnings().forEach(w -> out.append("  - data: ").append(w).append('\n'));
        }
        out.append("\n| task | candidate | n | difference, points | interval | verdict | needed |\n");
        out.append("|---|---|---|---|---|---|---|\n");
        for (TaskResult t : validation.tasks()) {
            GateResult gate = t.gate();
            out.append("| ").append(escape(t.task())).append(" | ").append(escape(t.candidate()));
            out.append(" | ").append(gate.n()).append(" | ").append(Phrases.points(gate.difference()));
            out.append(" | ").append(Phrases.points(gate.low())).append(" to ").append(Phrases.points(gate.high()));
            out.append(" | ").append(gate.verdict().key()).append(" | ");
            out.append(gate.needed() == null ? "" : gate.needed()).append(" |\n");
        }
        out.append("\n## Method and assumptions\n\n");
        Method.sentences(validation).forEach(s -> out.append("- ").append(s).append('\n'));
        return out.toString();
    }

    private static String escape(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>()#|!])", "\\\\$1").replaceAll("\\s+", " ");
    }
}
