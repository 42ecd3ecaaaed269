package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a data set. Immutable.
 *
 * @param line line of the file, from 1
 * @param id the line's own id, or {@code line-N} where it has none
 * @param input the text that models were asked; of a chat request, its system prompt and latest user message
 * @param whole all that was asked, by which repeated inputs are told: of a chat request with several turns or with anything else than
 *     text, all of its messages; else the input
 * @param asked all that was asked, as a judge reads it
 * @param request all that was asked, as the gateway would read it
 * @param system the system prompt; empty where the input has none
 * @param expected the right answer, text or JSON; null where the data set does not say
 * @param outputs recorded answers by model name
 */
public record Example(
        int line,
        String id,
        String task,
        String input,
        String whole,
        Conversation asked,
        ExampleRequest request,
        String system,
        @Nullable JsonNode expected,
        Map<String, Output> outputs) {

    /** One question to be judged, that is in no data set and has no right answer. @param id of its request */
    public static Example of(String id, String task, Conversation asked) {
        return new Example(
                1, id, task, asked.text(), asked.text(), asked, ExampleRequest.of(asked.text()), "", null, Map.of());
    }

    public Example {
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /**
     * A recorded answer; it has a text, a score, or both.
     *
     * @param score 0 to 1, null where the text has to be scored
     * @param costUsd what the answer cost, 0 or more; null if unknown
     */
    public record Output(
            @Nullable String text,
            @Nullable Double score,
            @Nullable Double costUsd) {}

    /**
     * The same example without a recorded score that only one of two texts has: a person's score on one side and a scorer's on
     * the other are no comparison. A score without a text stays.
     */
    public Example alike(String baseline, String candidate) {
        Output one = outputs.get(baseline);
        Output other = outputs.get(candidate);
        if (one == null
                || other == null
                || one.text() == null
                || one.text().isBlank()
                || other.text() == null
                || other.text().isBlank()
                || (one.score() == null) == (other.score() == null)) {
            return this;
        }
        return with(
                system,
                Map.of(
                        baseline, new Output(one.text(), null, one.costUsd()),
                        candidate, new Output(other.text(), null, other.costUsd())));
    }

    /** The same example with more answers, and with the system prompt that they were given. */
    public Example with(String otherSystem, Map<String, Output> more) {
        Map<String, Output> all = new LinkedHashMap<>(outputs);
        all.putAll(more);
        return new Example(line, id, task, input, whole, asked, request, otherSystem, expected, all);
    }
}
