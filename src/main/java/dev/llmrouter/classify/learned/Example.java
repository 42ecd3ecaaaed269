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
 * @param outputs recorded answers by model; empty if there are none
 */
public record Example(
        String id,
        @Nullable String task,
        String text,
        @Nullable JsonNode expected,
        Map<String, JsonNode> outputs) {
    public Example {
        outputs = Map.copyOf(outputs);
    }
}
