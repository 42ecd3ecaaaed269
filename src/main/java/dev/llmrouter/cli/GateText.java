package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.GateQuality;
import dev.llmrouter.classify.gate.GateThreshold;
import dev.llmrouter.classify.gate.GateTrainer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quality of a trained difficulty gate, as text for a terminal. */
final class GateText {
    /** Share of inputs up to which nothing is said of those that are nearly the same. Assumption. */
    private static final double UNTOLD = 0.05;

    private GateText() {}

    static void print(
            GateTrainer.Trained trained, GateThreshold threshold, String weak, String strong, PrintWriter out) {
        GateQuality q = trained.quality();
        out.println(String.format(
                Locale.ROOT,
                "gate %s, learned from %d inputs, measured on %d others: %s %.3f, %s %.3f",
                trained.gate().id(),
                trained.trainedOn(),
                q.inputs(),
                weak,
                q.weak(),
                strong,
                q.strong()));
        out.println(String.format(
                Locale.ROOT, "APGR %.3f (chance 0.5), CPT50 %.1f %%, CPT80 %.1f %%", q.apgr(), q.cpt50(), q.cpt80()));
        cautions(trained, threshold, weak, strong).forEach(caution -> out.println("Warning: " + caution));
        out.println(threshold.statement());
    }

    /** What the figures do not show by themselves, with what to do; empty if there is nothing. */
    static List<String> cautions(GateTrainer.Trained trained, GateThreshold threshold, String weak, String strong) {
        List<String> all = new ArrayList<>();
        GateQuality q = trained.quality();
        if (q.strong() <= q.weak()) {
            all.add("'" + strong + "' is not better than '" + weak
                    + "' here. Look at the recorded scores, or use the cheaper one.");
        }
        GateThreshold ofUnlike = trained.ofUnlike().thresholdFor(threshold.margin(), threshold.confidence());
        if (threshold.opens()
                && ofUnlike.inputs() < (1 - UNTOLD) * threshold.inputs()
                && ofUnlike.weakShare() < threshold.weakShare() - UNTOLD) {
            all.add(String.format(
                    Locale.ROOT,
                    "the %d calibration inputs are of %d kinds that are unlike each other; with one of each, %s. Where they come so"
                            + " from traffic they count; where they were written from one another they are not independent, and"
                            + " the threshold is not proved. Record other inputs then.",
                    threshold.inputs(),
                    ofUnlike.inputs(),
                    ofUnlike.opens()
                            ? String.format(
                                    Locale.ROOT,
                                    "%.1f %% of them could go to the cheaper model and not %.1f %%",
                                    100 * ofUnlike.weakShare(),
                                    100 * threshold.weakShare())
                            : "none could go to the cheaper model"));
        }
        return all;
    }
}
