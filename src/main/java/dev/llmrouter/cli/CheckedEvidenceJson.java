package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.evaluate.EvidenceFile;
import java.nio.file.Path;
import java.util.List;

/** What {@code validate --check --json} prints: every cheap route, and what keeps its evidence from being valid. */
final class CheckedEvidenceJson {
    private CheckedEvidenceJson() {}

    static String of(List<EvidenceCheck.CheapRoute> routes, Path directory) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put(
                "valid",
                routes.stream().allMatch(route -> route.finding().problems().isEmpty()));
        ArrayNode tasks = root.putArray("tasks");
        for (EvidenceCheck.CheapRoute route : routes) {
            EvidenceCheck.Finding finding = route.finding();
            ObjectNode task = tasks.addObject()
                    .put("task", route.task().name())
                    .put("tier", route.task().tier());
            route.models().forEach(task.putArray("models")::add);
            task.put("state", finding.state().key());
            task.put("until", finding.until() == null ? null : finding.until().toString());
            task.put(
                    "evidence",
                    EvidenceFile.path(directory, route.task().name()).toString());
            finding.problems().forEach(task.putArray("problems")::add);
        }
        return root.toPrettyString();
    }
}
