package dev.llmrouter.classify.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the classifying model said.
 *
 * @param task null if it said that none fits
 * @param confidence what it said, at most {@link #MOST}
 */
public record TaskAnswer(@Nullable String task, double confidence) {
    /**
     * Highest confidence that is believed. Models say 0.95 and more of right and wrong answers alike, so what they say is no
     * probability: it can only lower what the step is worth. Our choice; see docs/classifiers.md.
     */
    public static final double MOST = 0.9;

    private static final int LONGEST = 2_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an answer.
     *
     * @param text exactly one JSON object of {@code task} and {@code confidence}
     * @param tasks that are allowed, besides "none"
     * @return empty if it is anything else
     */
    public static Optional<TaskAnswer> parse(String text, Collection<String> tasks) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        if (answer == null || !answer.isObject() || answer.size() != 2) {
            return Optional.empty();
        }
        JsonNode task = answer.path("task");
        JsonNode confidence = answer.path("confidence");
        double said = confidence.doubleValue();
        if (!task.isTextual() || !confidence.isNumber() || !(said >= 0 && said <= 1)) {
            return Optional.empty();
        }
        if (task.textValue().equals(TaskPrompt.NONE)) {
            return Optional.of(new TaskAnswer(null, 0));
        }
        return tasks.contains(task.textValue())
                ? Optional.of(new TaskAnswer(task.textValue(), Math.min(MOST, said)))
                : Optional.empty();
    }
}
