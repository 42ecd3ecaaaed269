package dev.llmrouter.classify.gate;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.learned.PromptText;
import dev.llmrouter.policy.Task;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The difficulty gate of a task as it is used. Immutable and safe for use by many threads.
 *
 * @param kept null if it cannot be used
 * @param sha256 of the file's content as it was read, 64 hexadecimal digits; null if it cannot be used
 * @param fault why it cannot, for people; null if it can
 */
public record TaskGate(
        Task.Gate settings,
        GateFile.@Nullable Kept kept,
        @Nullable String sha256,
        @Nullable String fault) {
    /** Why a gate that is in order lets nothing through; goes on from its name. */
    public static final String CLOSED = "lets nothing through, as no threshold could be proved in training";

    /** What to do about it. */
    public static final String OPEN_IT = "Train it with more outcomes or a wider --margin, or write 'threshold' beside"
            + " 'file' to accept one without proof.";

    private static final int SHOWN = 3;

    /** What the gate makes of one input. @param isHard whether the stronger model has to serve it */
    public record Finding(boolean isHard, String why) {}

    /** Highest score that the cheaper model serves: that of the policy, else what was proved in training. */
    double threshold(GateFile.Kept gate) {
        return settings.threshold() != null
                ? settings.threshold().doubleValue()
                : gate.threshold().score();
    }

    /** Whether it can be used, and yet every input is hard for it: no threshold was proved, and the policy sets none. */
    public boolean letsNothingThrough() {
        return kept != null && threshold(kept) == Double.NEGATIVE_INFINITY;
    }

    /**
     * Judges a request. A gate that cannot be used finds everything hard: unsure means the stronger model. A short message
     * in a conversation, which by itself says little, is as hard as the one that it goes on from, if that is harder.
     *
     * @param explain whether the signs that counted are wanted of an easy input as well
     */
    public Finding judge(String task, ChatRequest request, boolean explain) {
        GateFile.Kept gate = kept;
        if (gate == null) {
            return new Finding(true, "difficulty gate: cannot be used, " + fault);
        }
        double most = threshold(gate);
        if (most == Double.NEGATIVE_INFINITY) {
            return new Finding(
                    true, "difficulty gate: no threshold could be proved in training, so it lets nothing through");
        }
        String text = PromptText.of(request);
        if (text.isBlank()) {
            return new Finding(true, "difficulty gate: cannot tell, there is no text to look at");
        }
        Finding latest = judge(gate.gate(), task, text, most, explain);
        String before = latest.isHard() ? null : PromptText.ofTurnBefore(request);
        Finding earlier = before == null ? latest : judge(gate.gate(), task, before, most, explain);
        return earlier.isHard() && !latest.isHard()
                ? new Finding(true, earlier.why() + "; of the message that the latest one goes on from")
                : latest;
    }

    private static Finding judge(DifficultyGate gate, String task, String text, double most, boolean explain) {
        double score = gate.score(text, task);
        boolean isHard = !(score <= most);
        List<String> signs = isHard || explain ? gate.signs(text, task, isHard ? 1 : 0, SHOWN) : List.of();
        return new Finding(
                isHard,
                String.format(
                                Locale.ROOT,
                                "difficulty gate: score %.3f %s %.3f",
                                score,
                                isHard ? "over" : "within",
                                most)
                        + (signs.isEmpty() ? "" : "; what counted: " + String.join(", ", signs)));
    }
}
