package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads OpenAI's chat completion request. */
final class OpenAiRequestReader {
    private final ObjectNode body;

    private OpenAiRequestReader(ObjectNode body) {
        this.body = body;
    }

    static ChatRequest read(byte[] bytes, Limits limits) throws BadRequestException {
        return new OpenAiRequestReader(JsonBody.parse(bytes, limits)).request(limits);
    }

    private ChatRequest request(Limits limits) throws BadRequestException {
        String model = Fields.model(body);
        List<ChatMessage> messages = new OpenAiMessageReader().read(Fields.messages(body, limits.messages()));
        ObjectNode streamOptions = Fields.optionalObject(body, "stream_options", At.ROOT);
        Fields.optionalObject(body, "logit_bias", At.ROOT);
        return new ChatRequest(
                Dialect.Name.OPENAI,
                body,
                model,
                Fields.isTrue(body, "stream", At.ROOT),
                streamOptions != null && Fields.isTrue(streamOptions, "include_usage", At.of(null, "stream_options")),
                messages,
                tools(),
                toolChoice(),
                OldFunctions.are(body) ? Boolean.FALSE : Fields.optionalBoolean(body, "parallel_tool_calls", At.ROOT),
                responseFormat(),
                sampling(),
                Fields.optionalText(body, "user", At.ROOT),
                metadata());
    }

    private Sampling sampling() throws BadRequestException {
        Integer completion = Fields.optionalInt(body, "max_completion_tokens", 1);
        Integer max = Fields.optionalInt(body, "max_tokens", 1);
        return new Sampling(
                completion == null ? max : completion,
                Fields.optionalNumber(body, "temperature"),
                Fields.optionalNumber(body, "top_p"),
                Fields.optionalInt(body, "top_k", -1),
                Fields.texts(body, "stop", true),
                Fields.optionalLong(body, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
                Fields.optionalInt(body, "n", 1),
                Fields.optionalNumber(body, "presence_penalty"),
                Fields.optionalNumber(body, "frequency_penalty"),
                Fields.optionalBoolean(body, "logprobs", At.ROOT),
                Fields.optionalInt(body, "top_logprobs", 0),
                Fields.optionalText(body, "reasoning_effort", At.ROOT));
    }

    private Map<String, String> metadata() throws BadRequestException {
        ObjectNode metadata = Fields.optionalObject(body, "metadata", At.ROOT);
        return metadata == null ? Map.of() : textValues(metadata);
    }

    static Map<String, String> textValues(ObjectNode object) {
        Map<String, String> texts = new TreeMap<>();
        Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getValue().isTextual()) {
                texts.put(field.getKey(), field.getValue().textValue());
            }
        }
        return texts;
    }

    private List<Tool> tools() throws BadRequestException {
        List<Tool> tools = new ArrayList<>();
        ArrayNode array = Fields.optionalArray(body, "tools", At.ROOT);
        for (int i = 0; array != null && i < array.size(); i++) {
            At at = At.of(At.ROOT, "tools", i);
            ObjectNode tool = Fields.object(array.get(i), at);
            if (Fields.text(tool, "type", at).equals("function")) {
                ObjectNode function = Fields.requiredObject(tool, "function", at);
                JsonNode cache = OpenAiMessageReader.cacheControl(tool);
                tools.add(function(
                        function,
                        At.of(at, "function"),
                        cache == null ? OpenAiMessageReader.cacheControl(function) : cache));
            }
        }
        ArrayNode functions = Fields.optionalArray(body, "functions", At.ROOT);
        for (int i = 0; functions != null && i < functions.size(); i++) {
            At at = At.of(At.ROOT, "functions", i);
            tools.add(function(Fields.object(functions.get(i), at), at, null));
        }
        return tools;
    }

    private static Tool function(ObjectNode function, At at, @Nullable JsonNode cacheControl)
            throws BadRequestException {
        return new Tool(
                Fields.text(function, "name", at),
                Fields.optionalText(function, "description", at),
                Fields.optionalObject(function, "parameters", at),
                Fields.optionalBoolean(function, "strict", at),
                cacheControl);
    }

    private @Nullable ToolChoice toolChoice() throws BadRequestException {
        JsonNode choice = Json.present(body, "tool_choice");
        if (choice == null) {
            return functionCall();
        }
        if (choice.isTextual()) {
            return switch (choice.textValue()) {
                case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO, null);
                case "none" -> new ToolChoice(ToolChoice.Mode.NONE, null);
                case "required", "any" -> new ToolChoice(ToolChoice.Mode.REQUIRED, null);
                default ->
                    throw Fields.bad(
                            "tool_choice",
                            "Unknown 'tool_choice'; allowed are 'auto', 'none', 'required' or an object.");
            };
        }
        if (!(choice instanceof ObjectNode object)) {
            throw Fields.wrongType(At.ROOT, "tool_choice", choice, "a string or an object");
        }
        At at = At.of(At.ROOT, "tool_choice");
        if (!Fields.text(object, "type", at).equals("function")) {
            return null;
        }
        ObjectNode function = Fields.requiredObject(object, "function", at);
        return new ToolChoice(ToolChoice.Mode.TOOL, Fields.text(function, "name", At.of(at, "function")));
    }

    private @Nullable ToolChoice functionCall() throws BadRequestException {
        JsonNode call = Json.present(body, "function_call");
        if (call == null) {
            return null;
        }
        if (call.isTextual() && call.textValue().equals("auto")) {
            return new ToolChoice(ToolChoice.Mode.AUTO, null);
        }
        if (call.isTextual() && call.textValue().equals("none")) {
            return new ToolChoice(ToolChoice.Mode.NONE, null);
        }
        if (!(call instanceof ObjectNode object)) {
            throw Fields.wrongType(At.ROOT, "function_call", call, "'auto', 'none' or an object");
        }
        return new ToolChoice(ToolChoice.Mode.TOOL, Fields.text(object, "name", At.of(At.ROOT, "function_call")));
    }

    private @Nullable ResponseFormat responseFormat() throws BadRequestException {
        ObjectNode format = Fields.optionalObject(body, "response_format", At.ROOT);
        if (format == null) {
            return null;
        }
        At at = At.of(At.ROOT, "response_format");
        switch (Fields.text(format, "type", at)) {
            case "text":
                return new ResponseFormat(ResponseFormat.Kind.TEXT, null, null, null);
            case "json_object":
                return new ResponseFormat(ResponseFormat.Kind.JSON_OBJECT, null, null, null);
            case "json_schema":
                ObjectNode schema = Fields.requiredObject(format, "json_schema", at);
                At inner = At.of(at, "json_schema");
                return new ResponseFormat(
                        ResponseFormat.Kind.JSON_SCHEMA,
                        Fields.text(schema, "name", inner),
                        Fields.optionalObject(schema, "schema", inner),
                        Fields.optionalBoolean(schema, "strict", inner),
                        Fields.optionalText(schema, "description", inner));
            default:
                return null;
        }
    }
}
