package dev.llmrouter.report;

import dev.llmrouter.evaluate.suggest.Amount;
import dev.llmrouter.evaluate.suggest.Suggestions;
import dev.llmrouter.evaluate.suggest.TaskSuggestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Suggestions in plain sentences, for the terminal and for the other forms of the report. */
public final class SuggestionText {
    private static final String PARTIAL =
            " Partial routes have a second error level of the same size, divided among all verdicts and both ways that are"
                    + " looked at (difficulty gate, condition). Each is proved on examples that it was not chosen on, and is a"
                    + " proposal: it becomes evidence by validate --accept with the changed policy, on other examples.";

    private SuggestionText() {}

    /** What all proposals come down to. */
    public static String total(Suggestions suggestions) {
        Amount total = suggestions.total();
        String changes = Phrases.format(
                "%d of %d tasks would be changed",
                suggestions.changes().size(), suggestions.tasks().size());
        return total == null
                ? changes
                        + "; what is saved a month is not known without costs and requests a day (--per-day N, --volume"
                        + " TASK=N), or nothing is proven."
                : changes + "; what is proposed saves " + monthly(total) + " against serving all by the baseline.";
    }

    /** How the error level was shared; what a statistician asks first. */
    public static String method(Suggestions suggestions, double alpha, String correction) {
        return Phrases.format(
                        "Verdicts: %d (all tasks, all models of all tiers below the baseline); they share one error level of %.1f %%: %s. So"
                                + " with probability %.0f %% at least, no model that loses more than its margin is among those that pass.",
                        suggestions.tests(), 100 * alpha, correction, 100 * (1 - alpha))
                + (suggestions.tasks().stream().allMatch(task -> task.partials().isEmpty()) ? "" : PARTIAL);
    }

    /** One task: its tier, why, what it saves; then what would help. */
    public static List<String> lines(TaskSuggestion task) {
        List<String> lines = new ArrayList<>();
        lines.add(task.task() + ": " + change(task) + ": " + task.why());
        Amount saved = task.savedPerMonth();
        if (saved != null) {
            lines.add("saves " + monthly(saved) + " on answers" + net(task.netPerMonth()));
        }
        task.partials().forEach(p -> lines.add("partial route, " + p.candidate() + ": " + p.statement()));
        task.help().forEach(help -> lines.add("what would help: " + help));
        return lines;
    }

    /** A change that is not in the patch. */
    public static String byHand(String change) {
        return "change by hand, it is not in the patch: " + change;
    }

    private static String change(TaskSuggestion task) {
        if (task.partial() != null) {
            return "a part from " + task.from() + " to " + task.to();
        }
        return task.isChange() ? task.from() + " -> " + task.to() : task.from() + " stays";
    }

    private static String net(@Nullable Amount net) {
        return net == null ? "" : "; after the cost of errors " + monthly(net);
    }

    private static String monthly(Amount amount) {
        return Phrases.format(
                "%s a month (%s to %s)",
                Phrases.usd(amount.mean()), Phrases.usd(amount.low()), Phrases.usd(amount.high()));
    }
}
