package dev.llmrouter.evaluate.suggest;

import dev.llmrouter.classify.gate.DifficultyGate;
import dev.llmrouter.classify.gate.GateFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a task's inputs that could go to a cheaper model, the rest to the baseline: a proposal, which {@code validate} has
 * to confirm on examples that it was not found with.
 *
 * @param share of inputs that go to the cheaper model, 0 to 1, as measured on examples that it was not chosen on
 * @param loss of quality over all inputs, there
 * @param confidence with which the loss is within the margin, after correction for all routes and both ways looked at
 * @param gate difficulty gate and threshold; null where a condition does it
 * @param condition for {@code premiumWhen}, YAML on one line; empty where a gate does it
 * @param saved USD per request, all inputs counted; null where costs are not known
 * @param statement what is claimed, in words
 * @param drawn examples that it was looked for in
 * @param of examples that were compared; those that were looked at are drawn from them by chance where they are more
 * @param curve loss by share; empty where a condition does it
 */
public record PartialRoute(
        String candidate,
        double share,
        double loss,
        double confidence,
        GateFile.@Nullable Kept gate,
        String condition,
        @Nullable Amount saved,
        String statement,
        int drawn,
        int of,
        List<DifficultyGate.Coverage> curve) {
    public PartialRoute {
        curve = List.copyOf(curve);
    }

    /** Whether any input could go to the cheaper model. */
    public boolean opens() {
        return share > 0;
    }
}
