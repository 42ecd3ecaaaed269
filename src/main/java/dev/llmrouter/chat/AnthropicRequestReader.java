package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads Anthropic's messages request. */
final class AnthropicRequestReader {
    private final ObjectNode body;

    private AnthropicRequestReader(ObjectNode body) {
        this.body = body;
    }

    static ChatRequest read(byte[] bytes, Limits limits) throws BadRequestException {
        return new AnthropicRequestReader(JsonBody.parse(bytes, limits)).request(limits, true);
    }

    /** The same without an answer: {@code max_tokens} may be missing. */
    static ChatRequest readForCount(byte[] bytes, Limits limits) throws BadRequestException {
        return new AnthropicRequestReader(JsonBody.parse(bytes, limits)).request(limits, false);
    }

    private ChatRequest request(Limits limits, boolean maxTokensRequired) throws BadRequestException {
        String model = Fields.model(body);
        Integer maxTokens = Fields.optionalInt(body, "max_tokens", 1);
        if (maxTokens == null && maxTokensRequired) {
            throw Fields.missing(At.ROOT, "max_tokens");
        }
        List<ChatMessage> messages = new ArrayList<>();
        List<Part> system = AnthropicMessageReader.content(body, "system", At.ROOT, false);
        if (!system.isEmpty()) {
            messages.add(new ChatMessage(Role.SYSTEM, system, null));
        }
        AnthropicMessageReader.read(Fields.messages(body, limits.messages()), messages);
        ObjectNode metadata = Fields.optionalObject(body, "metadata", At.ROOT);
        ObjectNode choice = Fields.optionalObject(body, "tool_choice", At.ROOT);
        Boolean disabled = choice == null
                ? null
                : Fields.optionalBoolean(choice, "disable_parallel_tool_use", At.of(At.ROOT, "tool_choice"));
        return new ChatRequest(
                Dialect.Name.ANTHROPIC,
                body,
                model,
                Fields.isTrue(body, "stream", At.ROOT),
                true,
                messages,
                tools(),
                choice == null ? null : toolChoice(choice),
                disabled == null ? null : !disabled,
                responseFormat(),
                sampling(maxTokens),
                metadata == null ? null : Fields.optionalText(metadata, "user_id", At.of(At.ROOT, "metadata")),
                metadata == null ? Map.of() : OpenAiRequestReader.textValues(metadata));
    }

    private Sampling sampling(@Nullable Integer maxTokens) throws BadRequestException {
        return new Sampling(
                maxTokens,
                Fields.optionalNumber(body, "temperature"),
                Fields.optionalNumber(body, "top_p"),
                Fields.optionalInt(body, "top_k", 0),
                Fields.texts(body, "stop_sequences", false),
                null,
                null,
                null,
                null,
                null,
                null,
                reasoningEffort());
    }

    /**
     * The effort that is asked for in OpenAI's words. A thinking budget becomes the effort that comes closest: up to
     * 4,096 tokens low, up to 16,384 medium, above high (our assumption: neither provider publishes a table); no thinking is no effort.
     */
    private @Nullable String reasoningEffort() throws BadRequestException {
        ObjectNode thinking = Fields.optionalObject(body, "thinking", At.ROOT);
        ObjectNode output = Fields.optionalObject(body, "output_config", At.ROOT);
        String effort = output == null ? null : Fields.optionalText(output, "effort", At.of(At.ROOT, "output_config"));
        String type = thinking == null ? "" : Fields.text(thinking, "type", At.of(At.ROOT, "thinking"));
        if (type.equals("disabled")) {
            return Sampling.NO_EFFORT;
        }
        if (effort != null) {
            return effort;
        }
        if (thinking == null) {
            return null;
        }
        return switch (type) {
            case "enabled" -> {
                long budget = Json.count(thinking, "budget_tokens");
                yield budget <= 4_096 ? "low" : budget <= 16_384 ? "medium" : "high";
            }
            case "adaptive" -> "medium";
            default -> null;
        };
    }

    private @Nullable ResponseFormat responseFormat() throws BadRequestException {
        ObjectNode output = Fields.optionalObject(body, "output_config", At.ROOT);
        At at = At.of(At.ROOT, "output_config");
        ObjectNode format = output == null ? null : Fields.optionalObject(output, "format", at);
        if (format == null || !Fields.text(format, "type", At.of(at, "format")).equals("json_schema")) {
            return null;
        }
        ObjectNode schema = Fields.requiredObject(format, "schema", At.of(at, "format"));
        return new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "answer", EnforcedSchema.closed(schema), true);
    }

    private List<Tool> tools() throws BadRequestException {
        ArrayNode array = Fields.optionalArray(body, "tools", At.ROOT);
        List<Tool> tools = new ArrayList<>();
        for (int i = 0; array != null && i < array.size(); i++) {
            At at = At.of(At.ROOT, "tools", i);
            ObjectNode tool = Fields.object(array.get(i), at);
            String type = Fields.optionalText(tool, "type", at);
            if (type == null || type.equals("custom")) {
                ObjectNode schema = Fields.requiredObject(tool, "input_schema", at);
                Boolean strict = Fields.optionalBoolean(tool, "strict", at);
                tools.add(new Tool(
                        Fields.text(tool, "name", at),
                        Fields.optionalText(tool, "description", at),
                        Boolean.TRUE.equals(strict) ? EnforcedSchema.closed(schema) : schema,
                        strict));
            }
        }
        return tools;
    }

    private static @Nullable ToolChoice toolChoice(ObjectNode choice) throws BadRequestException {
        At at = At.of(At.ROOT, "tool_choice");
        JsonNode type = choice.path("type");
        return switch (Fields.text(choice, "type", at)) {
            case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO, null);
            case "any" -> new ToolChoice(ToolChoice.Mode.REQUIRED, null);
            case "none" -> new ToolChoice(ToolChoice.Mode.NONE, null);
            case "tool" -> new ToolChoice(ToolChoice.Mode.TOOL, Fields.text(choice, "name", at));
            default ->
                throw Fields.bad(
                        "tool_choice.type",
                        "Unknown 'tool_choice.type' (" + type.textValue().length()
                                + " characters); allowed are auto, any, tool, none.");
        };
    }
}
