package dev.llmrouter.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import java.util.ArrayList;
import java.util.List;

/** Anthropic messages, version 2023-06-01. */
final class AnthropicWire implements Wire {
    @Override
    public ObjectNode whole(String id, long created, SimulatedAnswer answer) {
        ChatReply.Choice choice = answer.choices().get(0);
        ObjectNode node = head(id, answer);
        ArrayNode content = node.putArray("content");
        for (Part part : choice.parts()) {
            if (part instanceof Part.Text text) {
                content.addObject().put("type", "text").put("text", text.text());
            } else if (part instanceof Part.ToolCall call) {
                ObjectNode use = content.addObject()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name());
                use.set("input", arguments(call));
            }
        }
        node.put("stop_reason", reason(choice.finishReason())).put("stop_sequence", choice.stopSequence());
        usage(node, answer, answer.usage().outputTokens());
        return node;
    }

    private static JsonNode arguments(Part.ToolCall call) {
        try {
            return JSON.readTree(call.arguments());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private static ObjectNode head(String id, SimulatedAnswer answer) {
        return JSON.createObjectNode()
                .put("id", "msg_" + id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
    }

    private static void usage(ObjectNode node, SimulatedAnswer answer, long output) {
        long cached = answer.usage().cachedInputTokens();
        long written = answer.usage().cacheWriteTokens();
        node.putObject("usage")
                .put("input_tokens", answer.usage().inputTokens() - cached - written)
                .put("cache_creation_input_tokens", written)
                .put("cache_read_input_tokens", cached)
                .put("output_tokens", output);
    }

    private static String reason(FinishReason reason) {
        return switch (reason) {
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
            case STOP_SEQUENCE -> "stop_sequence";
            case STOP, OTHER -> "end_turn";
        };
    }

    @Override
    public List<String> stream(String id, long created, SimulatedAnswer answer, boolean usage) {
        List<String> events = new ArrayList<>();
        ChatReply.Choice choice = answer.choices().get(0);
        ObjectNode message = head(id, answer);
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        usage(message, answer, 1);
        ObjectNode start = typed("message_start");
        start.set("message", message);
        events.add(event(start));
        events.add(event(typed("ping")));
        int index = 0;
        for (Part part : choice.parts()) {
            if (part instanceof Part.Text text) {
                ObjectNode block = JSON.createObjectNode().put("type", "text").put("text", "");
                List<ObjectNode> deltas = new ArrayList<>();
                TokenEstimate.pieces(text.text())
                        .forEach(piece -> deltas.add(JSON.createObjectNode()
                                .put("type", "text_delta")
                                .put("text", piece)));
                block(events, index++, block, deltas);
            } else if (part instanceof Part.ToolCall call) {
                ObjectNode block = JSON.createObjectNode()
                        .put("type", "tool_use")
                        .put("id", call.id())
                        .put("name", call.name());
                block.putObject("input");
                block(
                        events,
                        index++,
                        block,
                        List.of(JSON.createObjectNode()
                                .put("type", "input_json_delta")
                                .put("partial_json", call.arguments())));
            }
        }
        ObjectNode last = typed("message_delta");
        last.putObject("delta")
                .put("stop_reason", reason(choice.finishReason()))
                .put("stop_sequence", choice.stopSequence());
        last.putObject("usage").put("output_tokens", answer.usage().outputTokens());
        events.add(event(last));
        events.add(event(typed("message_stop")));
        return events;
    }

    private static void block(List<String> events, int index, ObjectNode block, List<ObjectNode> deltas) {
        ObjectNode start = typed("content_block_start").put("index", index);
        start.set("content_block", block);
        events.add(event(start));
        for (ObjectNode delta : deltas) {
            ObjectNode each = typed("content_block_delta").put("index", index);
            each.set("delta", delta);
            events.add(event(each));
        }
        events.add(event(typed("content_block_stop").put("index", index)));
    }

    private static ObjectNode typed(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static String event(ObjectNode node) {
        return "event: " + node.path("type").asText() + "\n" + Wire.data(node);
    }

    @Override
    public ObjectNode error(ChatError error) {
        String type = switch (error.kind()) {
            case RATE_LIMIT -> "rate_limit_error";
            case QUOTA -> "billing_error";
            case AUTHENTICATION -> "authentication_error";
            case PERMISSION -> "permission_error";
            case NOT_FOUND -> "not_found_error";
            case TOO_LARGE -> "request_too_large";
            case OVERLOADED -> "overloaded_error";
            case TIMEOUT -> "timeout_error";
            case SERVER -> "api_error";
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER -> "invalid_request_error";
        };
        ObjectNode node = typed("error");
        node.putObject("error").put("type", type).put("message", error.message());
        return node;
    }
}
