package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.GateQuality;
import dev.llmrouter.classify.gate.GateThreshold;
import dev.llmrouter.classify.gate.GateTrainer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The quality of a trained difficulty gate, as text for a terminal. */
final class GateText {
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
        cautions(q, weak, strong).forEach(caution -> out.println("Warning: " + caution));
        out.println(threshold.statement());
    }

    /** What the figures do not show by themselves, with what to do; empty if there is nothing. */
    static List<String> cautions(GateQuality q, String weak, String strong) {
        return q.strong() > q.weak()
                ? List.of()
                : List.of("'" + strong + "' is not better than '" + weak
                        + "' here. Look at the recorded scores, or use the cheaper one.");
    }
}
