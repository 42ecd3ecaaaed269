package dev.llmrouter.classify.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.CodeFence;
import dev.llmrouter.policy.ClassifierSettings.Confidence;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the classifying model said.
 *
 * @param task null if it said that none fits
 * @param confidence 0 to {@link #MOST}
 * @param from where the confidence comes from
 */
public record TaskAnswer(@Nullable String task, double confidence, Confidence from) {
    /**
     * Highest confidence that is believed. Models say 0.95 and more of right and wrong answers alike, and the probabilities
     * of their tokens are no better known to be shares of right answers: either can only lower what the step is worth. Our
     * choice; see docs/classifiers.md.
     */
    public static final double MOST = 0.9;

    private static final int LONGEST = 2_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an answer, and takes the confidence from the probabilities of its tokens where they came and can be read.
     *
     * @param tasks that are allowed, besides "none"
     * @return empty if it is anything but one JSON object of {@code task} and {@code confidence}
     */
    public static Optional<TaskAnswer> ofTokens(ChatReply reply, Collection<String> tasks) {
        return parse(reply.text(), tasks).map(stated -> {
            if (stated.task() == null || reply.choices().isEmpty()) {
                return stated;
            }
            OptionalDouble probability =
                    TokenConfidence.of(reply.text(), reply.choices().get(0).logprobs());
            return probability.isEmpty()
                    ? stated
                    : new TaskAnswer(stated.task(), Math.min(MOST, probability.getAsDouble()), Confidence.LOGPROBS);
        });
    }

    /**
     * Reads an answer, with the confidence that it states.
     *
     * @param text exactly one JSON object of {@code task} and {@code confidence}, a fence of code around it or not
     * @param tasks that are allowed, besides "none"
     * @return empty if it is anything else
     */
    public static Optional<TaskAnswer> parse(String text, Collection<String> tasks) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(CodeFence.off(text));
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
            return Optional.of(new TaskAnswer(null, 0, Confidence.STATED));
        }
        return tasks.contains(task.textValue())
                ? Optional.of(new TaskAnswer(task.textValue(), Math.min(MOST, said), Confidence.STATED))
                : Optional.empty();
    }
}
