package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import dev.llmrouter.policy.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads OpenAI's Responses request. */
final class ResponsesRequestReader {
    static final String LOGPROBS = "message.output_text.logprobs";

    private final ObjectNode body;

    private ResponsesRequestReader(ObjectNode body) {
        this.body = body;
    }

    static ChatRequest read(byte[] bytes, Limits limits) throws BadRequestException {
        ObjectNode body = JsonBody.parse(bytes, limits);
        ResponsesFields.refuse(body);
        return new ResponsesRequestReader(body).request(limits);
    }

    private ChatRequest request(Limits limits) throws BadRequestException {
        String model = Fields.model(body);
        Fields.optionalBoolean(body, "store", At.ROOT);
        Fields.optionalBoolean(body, "background", At.ROOT);
        Fields.optionalObject(body, "stream_options", At.ROOT);
        Fields.optionalText(body, "truncation", At.ROOT);
        List<ChatMessage> messages = new ResponsesInputReader().read(body, limits.messages());
        ObjectNode metadata = Fields.optionalObject(body, "metadata", At.ROOT);
        List<Tool> tools = tools();
        ToolChoice choice = toolChoice(tools);
        return new ChatRequest(
                Dialect.Name.RESPONSES,
                body,
                model,
                Fields.isTrue(body, "stream", At.ROOT),
                true,
                messages,
                tools,
                choice,
                Fields.optionalBoolean(body, "parallel_tool_calls", At.ROOT),
                format(),
                sampling(),
                Fields.optionalText(body, "user", At.ROOT),
                metadata == null ? Map.of() : OpenAiRequestReader.textValues(metadata));
    }

    private Sampling sampling() throws BadRequestException {
        Integer top = Fields.optionalInt(body, "top_logprobs", 0);
        boolean logprobs = Fields.texts(body, "include", false).contains(LOGPROBS) || (top != null && top > 0);
        ObjectNode reasoning = Fields.optionalObject(body, "reasoning", At.ROOT);
        return new Sampling(
                Fields.optionalInt(body, "max_output_tokens", 1),
                Fields.optionalNumber(body, "temperature"),
                Fields.optionalNumber(body, "top_p"),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                logprobs ? Boolean.TRUE : null,
                logprobs ? top : null,
                reasoning == null ? null : Fields.optionalText(reasoning, "effort", At.of(At.ROOT, "reasoning")));
    }

    private @Nullable ResponseFormat format() throws BadRequestException {
        ObjectNode text = Fields.optionalObject(body, "text", At.ROOT);
        At at = At.of(At.ROOT, "text");
        ObjectNode format = text == null ? null : Fields.optionalObject(text, "format", at);
        if (text != null) {
            Fields.optionalText(text, "verbosity", at);
        }
        if (format == null) {
            return null;
        }
        At inner = At.of(at, "format");
        return switch (Fields.text(format, "type", inner)) {
            case "text" -> new ResponseFormat(ResponseFormat.Kind.TEXT, null, null, null);
            case "json_object" -> new ResponseFormat(ResponseFormat.Kind.JSON_OBJECT, null, null, null);
            case "json_schema" ->
                new ResponseFormat(
                        ResponseFormat.Kind.JSON_SCHEMA,
                        Fields.text(format, "name", inner),
                        Fields.requiredObject(format, "schema", inner),
                        Fields.optionalBoolean(format, "strict", inner),
                        Fields.optionalText(format, "description", inner));
            default ->
                throw ResponsesFields.unsupported(
                        "text.format.type",
                        "Unknown 'text.format.type'; allowed are text, json_object and json_schema.");
        };
    }

    private List<Tool> tools() throws BadRequestException {
        List<Tool> tools = new ArrayList<>();
        ArrayNode array = Fields.optionalArray(body, "tools", At.ROOT);
        for (int i = 0; array != null && i < array.size(); i++) {
            At at = At.of(At.ROOT, "tools", i);
            ObjectNode tool = Fields.object(array.get(i), at);
            if (!Fields.text(tool, "type", at).equals("function")) {
                continue; // the provider's own, which stay in the body
            }
            tools.add(new Tool(
                    Fields.text(tool, "name", at),
                    Fields.optionalText(tool, "description", at),
                    Fields.optionalObject(tool, "parameters", at),
                    Fields.optionalBoolean(tool, "strict", at)));
        }
        return tools;
    }

    /** @param tools of them, those are taken out that the choice does not allow */
    private @Nullable ToolChoice toolChoice(List<Tool> tools) throws BadRequestException {
        JsonNode choice = Json.present(body, "tool_choice");
        if (choice == null) {
            return null;
        }
        if (choice.isTextual()) {
            return new ToolChoice(mode(choice.textValue(), "tool_choice"), null);
        }
        if (!(choice instanceof ObjectNode object)) {
            throw Fields.wrongType(At.ROOT, "tool_choice", choice, "a string or an object");
        }
        At at = At.of(At.ROOT, "tool_choice");
        String type = Fields.text(object, "type", at);
        if (type.equals("function")) {
            return new ToolChoice(ToolChoice.Mode.TOOL, Fields.text(object, "name", at));
        }
        if (!type.equals("allowed_tools")) {
            return null; // it chooses a tool of the provider's own
        }
        Set<String> allowed = new HashSet<>();
        ArrayNode names = Fields.optionalArray(object, "tools", at);
        for (int i = 0; names != null && i < names.size(); i++) {
            At inner = At.of(at, "tools", i);
            String name = Fields.optionalText(Fields.object(names.get(i), inner), "name", inner);
            if (name != null) {
                allowed.add(name);
            }
        }
        tools.removeIf(tool -> !allowed.contains(tool.name()));
        return new ToolChoice(mode(Fields.text(object, "mode", at), "tool_choice.mode"), null);
    }

    private static ToolChoice.Mode mode(String mode, String field) throws BadRequestException {
        return switch (mode) {
            case "auto" -> ToolChoice.Mode.AUTO;
            case "none" -> ToolChoice.Mode.NONE;
            case "required" -> ToolChoice.Mode.REQUIRED;
            default -> throw Fields.bad(field, "Unknown '" + field + "'; allowed are 'auto', 'none' and 'required'.");
        };
    }
}
