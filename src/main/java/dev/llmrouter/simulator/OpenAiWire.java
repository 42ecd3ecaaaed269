package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** OpenAI chat completions. Source: OpenAI's API description, 2026-08-21. */
final class OpenAiWire implements Wire {
    @Override
    public ObjectNode whole(String id, long created, SimulatedAnswer answer) {
        ObjectNode node = head(id, "chat.completion", created, answer.model());
        ArrayNode choices = node.putArray("choices");
        for (ChatReply.Choice choice : answer.choices()) {
            ObjectNode each = choices.addObject().put("index", choice.index());
            ObjectNode message = each.putObject("message").put("role", "assistant");
            StringBuilder text = new StringBuilder();
            for (Part part : choice.parts()) {
                if (part instanceof Part.Text said) {
                    text.append(said.text());
                } else if (part instanceof Part.ToolCall call) {
                    message.withArray("tool_calls").add(call(call));
                }
            }
            message.put("content", message.has("tool_calls") ? null : text.toString())
                    .putNull("refusal");
            each.set("logprobs", choice.logprobs());
            each.put("finish_reason", reason(choice.finishReason()));
        }
        usage(node, answer);
        return node;
    }

    private static ObjectNode call(Part.ToolCall call) {
        ObjectNode node = JSON.createObjectNode().put("id", call.id()).put("type", "function");
        node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        return node;
    }

    private static ObjectNode head(String id, String object, long created, String model) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-" + id)
                .put("object", object)
                .put("created", created)
                .put("model", model)
                .put("system_fingerprint", "simulator");
    }

    private static void usage(ObjectNode node, SimulatedAnswer answer) {
        ObjectNode usage = node.putObject("usage")
                .put("prompt_tokens", answer.usage().inputTokens())
                .put("completion_tokens", answer.usage().outputTokens())
                .put("total_tokens", answer.usage().totalTokens());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", answer.usage().cachedInputTokens());
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", answer.usage().reasoningTokens());
    }

    private static String reason(FinishReason reason) {
        return switch (reason) {
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
            case STOP, STOP_SEQUENCE, OTHER -> "stop";
        };
    }

    @Override
    public List<String> stream(String id, long created, SimulatedAnswer answer, boolean usage) {
        List<String> events = new ArrayList<>();
        ChatReply.Choice choice = answer.choices().get(0);
        events.add(chunk(
                id,
                created,
                answer,
                JSON.createObjectNode().put("role", "assistant").put("content", ""),
                null));
        for (String piece : Wire.pieces(answer)) {
            events.add(chunk(id, created, answer, JSON.createObjectNode().put("content", piece), null));
        }
        int index = 0;
        for (Part part : choice.parts()) {
            if (part instanceof Part.ToolCall call) {
                ObjectNode delta = JSON.createObjectNode();
                delta.putArray("tool_calls").add(call(call).put("index", index++));
                events.add(chunk(id, created, answer, delta, null));
            }
        }
        events.add(chunk(id, created, answer, JSON.createObjectNode(), reason(choice.finishReason())));
        if (usage) {
            ObjectNode last = head(id, "chat.completion.chunk", created, answer.model());
            last.putArray("choices");
            usage(last, answer);
            events.add(Wire.data(last));
        }
        events.add("data: [DONE]\n\n");
        return events;
    }

    private static String chunk(
            String id,
            long created,
            SimulatedAnswer answer,
            ObjectNode delta,
            @org.jspecify.annotations.Nullable String reason) {
        ObjectNode node = head(id, "chat.completion.chunk", created, answer.model());
        ObjectNode choice = node.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", reason);
        return Wire.data(node);
    }

    @Override
    public ObjectNode error(ChatError error) {
        ObjectNode node = JSON.createObjectNode();
        String type = switch (error.kind()) {
            case QUOTA -> "insufficient_quota";
            case RATE_LIMIT -> "requests";
            case SERVER, OVERLOADED, TIMEOUT -> "server_error";
            default -> "invalid_request_error";
        };
        node.putObject("error")
                .put("message", error.message())
                .put("type", type)
                .put("param", error.param())
                .put("code", error.code() == null ? error.kind().name().toLowerCase(Locale.ROOT) : error.code());
        return node;
    }
}
