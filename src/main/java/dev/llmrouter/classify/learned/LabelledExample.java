package dev.llmrouter.classify.learned;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of a data set.
 *
 * @param id of the line; "line N" where the line has none
 * @param task its task; null if the line names none
 * @param text what is to be classified, see {@link PromptText}
 * @param expected the right answer; null if the line has none
 * @param source where the text comes from, as {@code meta} says ({@code source}, {@code dataset} or {@code fine}); null if
 *     it does not
 * @param outputs recorded answers by model; empty if there are none
 */
public record LabelledExample(
        String id,
        @Nullable String task,
        String text,
        @Nullable JsonNode expected,
        @Nullable String source,
        Map<String, JsonNode> outputs) {
    public LabelledExample {
        outputs = Map.copyOf(outputs);
    }

    /** An example whose source is not known. */
    public LabelledExample(
            String id, @Nullable String task, String text, @Nullable JsonNode expected, Map<String, JsonNode> outputs) {
        this(id, task, text, expected, null, outputs);
    }
}
