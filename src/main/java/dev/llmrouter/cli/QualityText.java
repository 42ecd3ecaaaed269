package dev.llmrouter.cli;

import dev.llmrouter.classify.learned.ConfidenceText;
import dev.llmrouter.classify.learned.LearnedTrainer;
import dev.llmrouter.classify.learned.Quality;
import dev.llmrouter.report.QualityPage;
import java.io.PrintWriter;
import java.util.Locale;

/** The quality of a trained classifier, as text for a terminal. */
final class QualityText {
    private QualityText() {}

    static void print(LearnedTrainer.Trained trained, PrintWriter out) {
        Quality q = trained.quality();
        line(
                out,
                "model %s, %d examples, %d tasks, measured on %d held-out folds",
                trained.model().id(),
                q.examples(),
                q.tasks().size(),
                q.folds());
        if (!q.isMeasurable()) {
            line(out, "%s", q.tooFew());
            q.missingNone().ifPresent(caution -> line(out, "Warning: %s", caution));
            return;
        }
        q.missingNone().ifPresent(caution -> line(out, "Warning: %s", caution));
        q.cautions().forEach(caution -> line(out, "Warning: %s", caution));
        line(out, "accuracy            %.3f   macro-F1 %.3f", q.accuracy(), q.macroF1());
        line(out, "calibration error   %.3f", q.calibrationError());
        line(
                out,
                "at the threshold %s: %.1f %% of the tasks' inputs are kept, %.3f of them right",
                ConfidenceText.of(q.threshold(), 3),
                100 * q.coverage(q.threshold()),
                q.accuracyAbove(q.threshold()));
        if (q.noisy().n() > 0) {
            line(
                    out,
                    "typing errors, politeness, spacing: %.1f %% of %d noisy copies get another answer, %.1f %% another task",
                    100 * q.noisy().changedShare(),
                    q.noisy().n(),
                    100 * q.noisy().elsewhereShare());
        }
        if (!Double.isNaN(q.wronglyAccepted())) {
            line(
                    out,
                    "                           %.1f %% of the inputs of no task are accepted",
                    100 * q.wronglyAccepted());
        }
        out.println();
        line(out, "%-32s %9s %9s %9s", "task", "precision", "recall", "examples");
        for (int k = 0; k < q.tasks().size(); k++) {
            line(out, "%-32s %9.3f %9.3f %9d", q.tasks().get(k), q.precision(k), q.recall(k), q.support(k));
        }
        out.println();
        for (Quality.Point point : q.learning()) {
            line(out, "%6.1f examples per task: accuracy %.3f", point.perTask(), point.accuracy());
        }
        line(out, "%s", QualityPage.advice(q));
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
