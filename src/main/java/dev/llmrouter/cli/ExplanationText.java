package dev.llmrouter.cli;

import dev.llmrouter.camel.AskedStep;
import dev.llmrouter.camel.Explanation;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.Reason;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code explain} prints for people. */
final class ExplanationText {
    private static final int SHOWN_TASKS = 3;

    private ExplanationText() {}

    /** @param asked what those said who were asked; null if nobody was to be asked */
    static void print(PrintWriter out, Decision decision, @Nullable Explanation asked) {
        String task = decision.classification().task();
        out.printf(
                Locale.ROOT,
                "task        %s (%s, confidence %.2f)%n",
                task == null ? "not recognised" : task,
                decision.classification().source().key(),
                decision.classification().confidence());
        out.printf("tier        %s%n", decision.tier());
        out.printf(
                "models      %s%n",
                decision.candidates().stream()
                        .map(each ->
                                each.model().name() + " at " + each.provider().name())
                        .collect(Collectors.joining(", then ")));
        EvidenceFinding worth = decision.evidence();
        out.printf("evidence    %s%s%n", worth.state().key(), worth.until() == null ? "" : " until " + worth.until());
        if (asked != null) {
            String gate = gate(decision);
            out.printf("gate        %s%n", gate == null ? "none was asked" : gate);
            out.printf("asking      %s%n", total(asked));
        }
        out.println("why");
        decision.reasons().forEach(reason -> out.println("  - " + reason.text()));
        out.println("how it was classified");
        decision.classification().trace().forEach(line -> out.println("  - " + line));
        if (asked != null) {
            out.println("who was asked");
            print(out, asked);
        }
        out.println("input");
        DecisionJson.of(decision)
                .get("characteristics")
                .fields()
                .forEachRemaining(field -> out.println("  - " + field.getKey() + ": " + field.getValue()));
        out.flush();
    }

    /** What the task's difficulty gate said of the input; null if it was not looked at. */
    static @Nullable String gate(Decision decision) {
        return decision.reasons().stream()
                .filter(reason -> reason.code().equals("gate"))
                .map(Reason::text)
                .findFirst()
                .orElse(null);
    }

    private static void print(PrintWriter out, Explanation explanation) {
        if (explanation.asked().isEmpty()) {
            out.println("  - nobody: "
                    + (explanation.decision().classification().task() != null
                            ? "a step knew that calls nobody"
                            : "the request needs no task, or the policy has nobody to ask"));
        }
        Explanation.Examples examples = explanation.examples();
        if (examples != null) {
            out.println("  - vectors of " + examples.texts() + " examples were made first and are kept: "
                    + examples.millis() + " ms, " + usd(examples.costUsd()));
        }
        explanation.asked().forEach(step -> print(out, step));
    }

    private static void print(PrintWriter out, AskedStep step) {
        out.println("  - " + step.step().name().toLowerCase(Locale.ROOT) + ": '" + step.by() + "'"
                + (step.provider() == null ? "" : " at " + step.provider())
                + (step.isSimulated() ? " (simulated: proves nothing)" : "") + ": " + step.said());
        if (step.confidenceFrom() != null) {
            out.println("      confidence " + share(step.confidence()) + " " + from(step.confidenceFrom())
                    + "; acted on from " + share(step.minConfidence())
                    + (step.threshold() == null ? "" : ", none of the tasks below " + share(step.threshold())));
        }
        if (!step.top().isEmpty()) {
            out.println("      tasks: "
                    + step.top().stream()
                            .limit(SHOWN_TASKS)
                            .map(ranked -> ranked.task() + " " + share(ranked.probability()))
                            .collect(Collectors.joining(", ")));
        }
        if (!step.nearest().isEmpty()) {
            out.println("      nearest examples: "
                    + step.nearest().stream()
                            .map(near -> String.format(
                                    Locale.ROOT, "%s of %s %.3f", near.id(), near.task(), near.similarity()))
                            .collect(Collectors.joining(", ")));
        }
        AskedStep.Call call = step.call();
        if (call != null) {
            Usage usage = call.usage();
            out.println("      " + call.millis() + " ms, "
                    + (usage == null ? "" : usage.inputTokens() + " tokens in, " + usage.outputTokens() + " out, ")
                    + usd(call.costUsd()));
        }
    }

    private static String from(AskedStep.ConfidenceOrigin origin) {
        return switch (origin) {
            case CALIBRATED -> "calibrated on examples held out";
            case STATED -> "as the model states it";
            case LOGPROBS -> "from the probabilities of the answer's tokens";
        };
    }

    private static String total(Explanation explanation) {
        return explanation.asked().isEmpty() && explanation.examples() == null
                ? "nobody was asked"
                : usd(explanation.costUsd()) + ", " + explanation.millis() + " ms" + simulated(explanation);
    }

    private static String simulated(Explanation explanation) {
        return explanation.asked().stream().anyMatch(AskedStep::isSimulated)
                ? " (the simulator answered: nothing was billed, the cost is that of the policy's prices)"
                : "";
    }

    private static String usd(@Nullable BigDecimal amount) {
        return amount == null ? "cost unknown" : "USD " + amount.toPlainString();
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "%.3f", share);
    }
}
