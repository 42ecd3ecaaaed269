package dev.llmrouter.classify.gate;

import java.util.Locale;

/**
 * How far the cheaper model may serve.
 *
 * @param score inputs with at most this score go to the cheaper model; negative infinity: none do
 * @param weakShare share of the calibration inputs that go to the cheaper model, 0 to 1
 * @param margin quality loss that is acceptable, as a share of outputs
 * @param confidence with which the loss stays within the margin, above 0 to below 1
 * @param loss mean net loss on the calibration inputs, -1 to 1; negative where the cheaper model won more than it lost
 * @param inputs number of calibration inputs
 */
public record GateThreshold(double score, double weakShare, double margin, double confidence, double loss, int inputs) {
    /** Whether any input may go to the cheaper model. */
    public boolean opens() {
        return score > Double.NEGATIVE_INFINITY;
    }

    /** What is claimed, in one sentence. */
    public String statement() {
        if (!opens()) {
            return String.format(
                    Locale.ROOT,
                    "With %d calibration inputs no share of them can be shown to lose at most %.3f of the outputs "
                            + "with %s %% confidence: all go to the stronger model.%s",
                    inputs,
                    margin,
                    percent(),
                    inputs < RiskControl.least(margin, confidence)
                            ? " That takes at least " + RiskControl.least(margin, confidence) + " of them."
                            : "");
        }
        return String.format(
                Locale.ROOT,
                "With %s %% confidence at most %.3f of all outputs are lost by sending inputs that score up to %.4f to "
                        + "the cheaper model: %.1f %% of %d calibration inputs, with a loss of %.4f there. Outputs that only "
                        + "the cheaper model gets right are set against the loss.",
                percent(),
                margin,
                score,
                100 * weakShare,
                inputs,
                loss);
    }

    private String percent() {
        double percent = 100 * confidence;
        return String.format(Locale.ROOT, Math.abs(percent - Math.rint(percent)) < 1e-6 ? "%.0f" : "%.2f", percent);
    }
}
