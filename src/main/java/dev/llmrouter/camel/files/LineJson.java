package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.LlmRouterConstants;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Message;

/** What results and errors have in common. */
final class LineJson {
    private static final Map<String, String> HEADERS = new LinkedHashMap<>();

    /** The provider's id of the batch that answered the line, or failed to. */
    static final String BATCH = "batch";

    static {
        HEADERS.put("request_id", LlmRouterConstants.REQUEST_ID);
        HEADERS.put("task", LlmRouterConstants.TASK);
        HEADERS.put("task_source", LlmRouterConstants.TASK_SOURCE);
        HEADERS.put("confidence", LlmRouterConstants.CONFIDENCE);
        HEADERS.put("tier", LlmRouterConstants.TIER);
        HEADERS.put("evidence", LlmRouterConstants.EVIDENCE);
        HEADERS.put("model", LlmRouterConstants.MODEL);
        HEADERS.put("provider", LlmRouterConstants.PROVIDER);
        HEADERS.put("simulated", LlmRouterConstants.SIMULATED);
        HEADERS.put("attempts", LlmRouterConstants.ATTEMPTS);
        HEADERS.put("verify", LlmRouterConstants.VERIFY);
        HEADERS.put("input_tokens", LlmRouterConstants.INPUT_TOKENS);
        HEADERS.put("output_tokens", LlmRouterConstants.OUTPUT_TOKENS);
    }

    private LineJson() {}

    /** The line's number and its own id. */
    static ObjectNode begin(BatchLine line) {
        ObjectNode json = ResultFiles.JSON.createObjectNode();
        json.put("line", line.number());
        if (line.id() != null) {
            json.set("id", line.id());
        }
        BulkAnswer bulk = line.answer();
        if (bulk != null && bulk.answer() != null && bulk.answer().isLast()) {
            json.put(BATCH, bulk.answer().batch());
        }
        return json;
    }

    /** Adds what the headers say of the decision. @param cost of all tries of the line */
    static void decision(ObjectNode json, Message message, LineCost cost) {
        HEADERS.forEach((field, header) -> {
            Object value = message.getHeader(header);
            if (value != null) {
                json.set(field, ResultFiles.JSON.valueToTree(value));
            }
        });
        cost.write(json);
    }
}
