package dev.llmrouter.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result of {@code validate --json}: the contract's fields first, all the rest after them. */
public final class ValidationJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ValidationJson() {}

    /** One line of JSON. */
    public static String render(Validation validation) {
        return render(validation, null);
    }

    /** One line of JSON. @param proposal what is suggested from it; null for nothing */
    public static String render(Validation validation, @Nullable Proposal proposal) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("tasks", validation.tasks().stream().map(ValidationJson::task).toList());
        root.put("alpha", validation.settings().alpha());
        root.put("correction", validation.settings().correction().key());
        root.put("dataSet", pair("name", validation.dataSet(), "sha256", validation.sha256()));
        root.put("examples", validation.examples());
        root.put("badLines", validation.badLines());
        root.put("leftOut", validation.leftOut());
        root.put("accepted", validation.accepted());
        if (proposal != null) {
            root.put("suggestions", SuggestionJson.of(proposal));
        }
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a validation result could not be written as JSON", e);
        }
    }

    /** In this order, the same in every run. */
    private static Map<String, Object> pair(String first, Object one, String second, Object other) {
        Map<String, Object> both = new LinkedHashMap<>();
        both.put(first, one);
        both.put(second, other);
        return both;
    }

    private static Map<String, Object> task(TaskResult result) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("task", result.task());
        node.put("candidate", result.candidate());
        node.put("baseline", result.baseline());
        node.put("n", result.gate().n());
        node.put("reached", result.outcomes().reached());
        Map<String, Object> quality = new LinkedHashMap<>();
        quality.put("candidate", result.outcomes().candidateQuality());
        quality.put("baseline", result.outcomes().baselineQuality());
        node.put("quality", quality);
        node.put("difference", result.gate().difference());
        node.put("low", result.gate().low());
        node.put("high", result.gate().high());
        node.put("verdict", result.verdict().key());
        node.put("needed", result.needed());
        node.put("neededLook", result.needed() == null ? null : result.gate().neededLook());
        node.put("errorsPerDay", result.money().errorsPerDay());
        node.put(
                "neededFor",
                result.needed() == null ? null : result.gate().neededFor().key());
        node.put("usable", result.isUsable());
        node.put("faults", result.faults());
        node.put("override", result.override());
        node.put("acceptance", result.acceptance().key());
        node.put("spent", result.spent());
        node.put("margin", result.gate().margin());
        node.put("alpha", result.gate().alpha());
        node.put("pValue", result.gate().pValue());
        node.put("method", result.gate().method());
        node.put("missing", pair("candidate", result.candidateMissing(), "baseline", result.baselineMissing()));
        node.put("warnings", List.copyOf(result.warnings()));
        node.put("money", result.money());
        node.put("slices", result.slices());
        return node;
    }
}
