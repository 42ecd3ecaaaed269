package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an Anthropic stream. Events that are not known are skipped, as Anthropic asks for. */
final class AnthropicDecoder implements Dialect.StreamDecoder {
    private @Nullable Usage usage;

    /** The latest usage that lists iterations; null if none did. */
    private @Nullable JsonNode iterated;

    /** Whether the output was counted after the stream's start, where the count is not the last. */
    private boolean counted;

    private String id = "";

    /** Whether anything of a block has come. */
    private boolean hasBlock;

    /** Tool calls counted from 0, by the index of their content block. */
    private final Map<Integer, Integer> callOfBlock = new HashMap<>();

    @Override
    public List<StreamEvent> decode(String event, String data) throws MalformedReplyException {
        if (data.isBlank()) {
            return List.of();
        }
        ObjectNode json = Json.reply(data, "An event of the stream");
        return switch (Json.textOr(json, "type", event)) {
            case "message_start" -> start(json.path("message"));
            case "content_block_start" -> blockStart(blockOf(json), json.path("content_block"));
            case "content_block_delta" -> ofBlock(delta(blockOf(json), json.path("delta")));
            case "content_block_stop" -> ofBlock(List.of());
            case "message_delta" -> messageDelta(json);
            case "message_stop" -> List.of(new StreamEvent.End());
            case "error" ->
                List.of(new StreamEvent.Failed(
                        ProviderErrors.inStream(json.path("error").isObject() ? json.get("error") : json),
                        used(json.get("usage"))));
            default -> List.of();
        };
    }

    /** @param told by an error; what it leaves out was told before */
    private @Nullable Usage used(@Nullable JsonNode told) {
        return AnthropicReplies.usage(told, null) == null
                ? null
                : AnthropicReplies.compacted(AnthropicReplies.usage(told, usage), iterated);
    }

    private static int blockOf(JsonNode json) {
        return (int) Math.min(Json.count(json, "index"), Integer.MAX_VALUE);
    }

    private List<StreamEvent> start(JsonNode message) {
        usage = AnthropicReplies.usage(message.get("usage"), null);
        iterated(message.get("usage"));
        id = Json.textOr(message, "id", "");
        return List.of(new StreamEvent.Start(
                id, Json.textOr(message, "model", ""), 0, AnthropicReplies.compacted(usage, iterated)));
    }

    private void iterated(@Nullable JsonNode told) {
        if (told != null && Json.present(told, "iterations") != null) {
            iterated = told;
        }
    }

    /** A piece of a block whose start did not come says that there is work on an answer, be there nothing in it. */
    private List<StreamEvent> ofBlock(List<StreamEvent> events) {
        boolean isFirst = !hasBlock;
        hasBlock = true;
        return isFirst ? begun(events) : events;
    }

    private List<StreamEvent> blockStart(int index, JsonNode block) {
        hasBlock = true;
        return switch (Json.textOr(block, "type", "")) {
            case "text" -> begun(text(Json.textOr(block, "text", "")));
            case "thinking" -> begun(thought(Json.textOr(block, "thinking", ""), null));
            case "tool_use" -> {
                int call = callOfBlock.size();
                callOfBlock.put(index, call);
                String name = Json.textOr(block, "name", "");
                String given = Json.textOr(block, "id", "");
                StreamEvent start = new StreamEvent.ToolCallStart(
                        0, call, given.isEmpty() ? DerivedId.of("toolu_", id, call, name) : given, name);
                JsonNode input = block.path("input");
                yield input.isObject() && !input.isEmpty()
                        ? List.of(start, new StreamEvent.ToolCallDelta(0, call, Json.text(input)))
                        : List.of(start);
            }
            case "redacted_thinking" -> List.of(new StreamEvent.Working(false));
            default -> List.of(new StreamEvent.Working(true));
        };
    }

    private static List<StreamEvent> begun(List<StreamEvent> content) {
        return content.isEmpty() ? List.of(new StreamEvent.Working(false)) : content;
    }

    private List<StreamEvent> delta(int index, JsonNode delta) {
        return switch (Json.textOr(delta, "type", "")) {
            case "text_delta" -> text(Json.textOr(delta, "text", ""));
            case "thinking_delta" -> thought(Json.textOr(delta, "thinking", ""), null);
            case "signature_delta" -> thought("", Json.textOrNull(delta, "signature"));
            case "input_json_delta" -> {
                Integer call = callOfBlock.get(index);
                String fragment = Json.textOr(delta, "partial_json", "");
                yield call == null || fragment.isEmpty()
                        ? List.of()
                        : List.of(new StreamEvent.ToolCallDelta(0, call, fragment));
            }
            default -> List.of();
        };
    }

    private static List<StreamEvent> text(String text) {
        return text.isEmpty() ? List.of() : List.of(new StreamEvent.TextDelta(0, text, null));
    }

    private static List<StreamEvent> thought(String text, @Nullable String signature) {
        return text.isEmpty() && signature == null
                ? List.of()
                : List.of(new StreamEvent.ReasoningDelta(0, text, signature));
    }

    private List<StreamEvent> messageDelta(JsonNode json) {
        JsonNode delta = json.path("delta");
        String reason = Json.textOrNull(delta, "stop_reason");
        usage = AnthropicReplies.usage(json.get("usage"), usage);
        iterated(json.get("usage"));
        counted |= TokenCounts.areTold(json.get("usage"), "output_tokens");
        List<StreamEvent> events = new java.util.ArrayList<>(2);
        if (reason != null) {
            events.add(new StreamEvent.Finish(
                    0, AnthropicReplies.stopReason(reason), Json.textOrNull(delta, "stop_sequence")));
        }
        Usage all = AnthropicReplies.compacted(usage, iterated);
        if (all != null) {
            events.add(new StreamEvent.UsageUpdate(counted ? all : all.asEstimate()));
        }
        return events;
    }
}
