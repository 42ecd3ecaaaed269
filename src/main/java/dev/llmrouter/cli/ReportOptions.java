package dev.llmrouter.cli;

import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import dev.llmrouter.report.Phrases;
import dev.llmrouter.report.Proposal;
import dev.llmrouter.report.SuggestionText;
import dev.llmrouter.report.ValidationHtml;
import dev.llmrouter.report.ValidationJson;
import dev.llmrouter.report.ValidationMarkdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which forms a result is written. */
final class ReportOptions {
    @Option(names = "--json", description = "Print the result as JSON.")
    boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report as HTML.")
    @Nullable
    Path report;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the report as Markdown.")
    @Nullable
    Path markdown;

    /** Tells which files are written. */
    void tell(WrittenFiles files) {
        files.writes("--report", report).writes("--markdown", markdown);
    }

    /** Prints and writes the result. @param proposal what is suggested from it; null for nothing */
    void write(Validation validation, @Nullable Proposal proposal, LocalDate today, PrintWriter out, PrintWriter err)
            throws IOException {
        if (json) {
            out.println(ValidationJson.render(validation, proposal));
        } else if (proposal != null) {
            print(validation, proposal, out);
        } else {
            out.println(Phrases.total(validation));
            for (TaskResult t : validation.tasks()) {
                Phrases.doubts(t).forEach(doubt -> out.println("      data of " + t.task() + ": " + doubt));
                out.println(Phrases.word(t) + "  " + t.task() + ": " + Phrases.headline(t));
            }
        }
        out.flush();
        if (report != null) {
            PartFile.writeText(report, ValidationHtml.render(validation, proposal, today));
            err.println("report: " + report);
        }
        if (markdown != null) {
            PartFile.writeText(markdown, ValidationMarkdown.render(validation, proposal, today));
            err.println("report: " + markdown);
        }
    }

    private static void print(Validation validation, Proposal proposal, PrintWriter out) {
        out.println(SuggestionText.total(proposal.suggestions()));
        for (TaskSuggestion task : proposal.suggestions().tasks()) {
            List<String> lines = SuggestionText.lines(task);
            out.println(lines.get(0));
            lines.stream().skip(1).forEach(line -> out.println("      " + line));
            validation.tasks().stream()
                    .filter(result -> result.task().equals(task.task()))
                    .forEach(result -> Phrases.doubts(result)
                            .forEach(doubt -> out.println("      data of " + result.candidate() + ": " + doubt)));
        }
        out.println(SuggestionText.method(
                proposal.suggestions(),
                validation.settings().alpha(),
                validation.settings().correction().meaning()));
        proposal.byHand().forEach(change -> out.println(SuggestionText.byHand(change)));
        if (!proposal.patch().isEmpty()) {
            out.println();
            out.print(proposal.patch());
        }
    }
}
