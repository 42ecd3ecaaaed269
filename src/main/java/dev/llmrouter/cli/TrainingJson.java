package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.classify.gate.GateQuality;
import dev.llmrouter.classify.gate.GateThreshold;
import dev.llmrouter.classify.gate.GateTrainer;
import dev.llmrouter.classify.learned.LearnedTrainer;
import dev.llmrouter.classify.learned.Quality;
import dev.llmrouter.report.QualityPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code train --json} prints: the figures of the text, with null for those that cannot be stated. */
final class TrainingJson {
    private TrainingJson() {}

    static ObjectNode of(LearnedTrainer.Trained trained, Path file, @Nullable Path report) {
        Quality q = trained.quality();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("model", trained.model().id())
                .put("file", file.toString())
                .put("report", report == null ? null : report.toString())
                .put("examples", q.examples())
                .put("folds", q.folds())
                .put("threshold", q.threshold());
        boolean isMeasured = q.isMeasurable();
        number(node, "accuracy", isMeasured ? q.accuracy() : Double.NaN);
        number(node, "macro_f1", isMeasured ? q.macroF1() : Double.NaN);
        number(node, "calibration_error", isMeasured ? q.calibrationError() : Double.NaN);
        ObjectNode above = node.putObject("at_threshold");
        number(above, "kept", isMeasured ? q.coverage(q.threshold()) : Double.NaN);
        number(above, "accuracy", isMeasured ? q.accuracyAbove(q.threshold()) : Double.NaN);
        number(above, "wrongly_accepted", isMeasured ? q.wronglyAccepted() : Double.NaN);
        if (isMeasured && q.noisy().n() > 0) {
            node.putObject("noisy_copies")
                    .put("n", q.noisy().n())
                    .put("another_answer", q.noisy().changedShare())
                    .put("another_task", q.noisy().elsewhereShare());
        } else {
            node.putNull("noisy_copies");
        }
        ArrayNode tasks = node.putArray("tasks");
        for (int k = 0; k < q.tasks().size(); k++) {
            ObjectNode task = tasks.addObject().put("task", q.tasks().get(k)).put("examples", q.support(k));
            number(task, "precision", isMeasured ? q.precision(k) : Double.NaN);
            number(task, "recall", isMeasured ? q.recall(k) : Double.NaN);
        }
        ArrayNode learning = node.putArray("learning");
        if (isMeasured) {
            q.learning()
                    .forEach(point -> learning.addObject()
                            .put("examples_per_task", point.perTask())
                            .put("accuracy", point.accuracy()));
        }
        node.put("advice", isMeasured ? QualityPage.advice(q) : null);
        List<String> warnings = new ArrayList<>(isMeasured ? q.cautions() : List.of(q.tooFew()));
        q.missingNone().ifPresent(warnings::add);
        warnings(node, warnings);
        return node;
    }

    static ObjectNode of(
            GateTrainer.Trained trained,
            GateThreshold threshold,
            Path file,
            List<String> models,
            List<String> warnings) {
        GateQuality q = trained.quality();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("gate", trained.gate().id())
                .put("file", file.toString())
                .put("learned_from", trained.trainedOn())
                .put("measured_on", q.inputs());
        node.putObject("weak").put("model", models.get(0)).put("score", q.weak());
        node.putObject("strong").put("model", models.get(1)).put("score", q.strong());
        number(node, "apgr", q.apgr());
        number(node, "cpt50", q.cpt50());
        number(node, "cpt80", q.cpt80());
        ObjectNode proved = node.putObject("threshold").put("opens", threshold.opens());
        number(proved, "score", threshold.score());
        proved.put("weak_share", threshold.weakShare())
                .put("margin", threshold.margin())
                .put("confidence", threshold.confidence())
                .put("loss", threshold.loss())
                .put("inputs", threshold.inputs());
        node.put("statement", threshold.statement());
        warnings(node, warnings);
        return node;
    }

    private static void warnings(ObjectNode node, List<String> warnings) {
        ArrayNode array = node.putArray("warnings");
        warnings.forEach(array::add);
    }

    private static void number(ObjectNode node, String name, double value) {
        node.put(name, Double.isFinite(value) ? Double.valueOf(value) : null);
    }
}
