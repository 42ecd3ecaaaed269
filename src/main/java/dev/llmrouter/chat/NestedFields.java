package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Dialect.Name;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fields inside of tools, blocks of content, {@code reasoning} and {@code thinking} that another dialect cannot be told. What is null, false or empty, and
 * what says the default, says nothing.
 */
final class NestedFields {
    private static final Set<String> ANTHROPIC_TOOL =
            Set.of("type", "name", "description", "input_schema", "strict", "cache_control", "eager_input_streaming");
    private static final Set<String> RESPONSES_TOOL = Set.of("type", "name", "description", "parameters", "strict");

    /**
     * Fields of Anthropic's blocks that are carried, or that change no answer; blocks of other types are left out as a whole elsewhere.
     * What a text of the assistant cited does not change what it said, and the context of a document is read as a text of its own.
     */
    private static final Map<String, Set<String>> BLOCKS = Map.of(
            "text", Set.of("type", "text", "cache_control", "citations"),
            "image", Set.of("type", "source", "cache_control"),
            "document", Set.of("type", "source", "title", "context", "cache_control", "citations"),
            "tool_use", Set.of("type", "id", "name", "input", "cache_control"),
            "tool_result", Set.of("type", "tool_use_id", "content", "is_error", "cache_control"));

    /** A summary changes no answer. */
    private static final Set<String> REASONING = Set.of("effort", "summary", "generate_summary");

    /** How thoughts are displayed changes no answer. */
    private static final Set<String> THINKING = Set.of("type", "budget_tokens", "display");

    private static final Set<String> THINKING_TYPES = Set.of("enabled", "adaptive", "disabled");

    private NestedFields() {}

    /** @param target another dialect than the request's */
    static void check(ChatRequest request, Name target, List<String> reasons) {
        ObjectNode body = request.body();
        if (body == null) {
            return;
        }
        switch (request.dialect()) {
            case ANTHROPIC -> {
                tools(body, "custom", ANTHROPIC_TOOL, target, reasons);
                blocks(body.path("system"), "system", target, reasons);
                JsonNode messages = body.path("messages");
                for (int i = 0; i < messages.size(); i++) {
                    blocks(messages.path(i).path("content"), "messages[" + i + "].content", target, reasons);
                }
                fields(body.path("thinking"), "thinking", THINKING, target, reasons);
                String type = Json.textOr(body.path("thinking"), "type", "disabled");
                if (!THINKING_TYPES.contains(type)) {
                    reasons.add("this type of thinking has no counterpart in " + target);
                }
            }
            case RESPONSES -> {
                tools(body, "function", RESPONSES_TOOL, target, reasons);
                fields(body.path("reasoning"), "reasoning", REASONING, target, reasons);
            }
            // OpenAI's API takes no notice of what else stands in a function, and frameworks keep books there
            case OPENAI, EMBEDDINGS, GEMINI, TEXT -> {}
        }
    }

    /** @param type of the tools that are translated; others are left out as a whole elsewhere */
    private static void tools(ObjectNode body, String type, Set<String> known, Name target, List<String> reasons) {
        JsonNode tools = body.path("tools");
        for (int i = 0; i < tools.size(); i++) {
            if (Json.textOr(tools.path(i), "type", "custom").equals(type)) {
                fields(tools.path(i), "tools[" + i + "]", known, target, reasons);
            }
        }
    }

    /** @param content a text, which has no fields, or blocks */
    private static void blocks(JsonNode content, String at, Name target, List<String> reasons) {
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            JsonNode block = content.path(i);
            String type = Json.textOr(block, "type", "");
            Set<String> known = BLOCKS.get(type);
            String here = at + "[" + i + "]";
            if (known != null) {
                fields(block, here, known, target, reasons);
            }
            if (type.equals("document")
                    && block.path("citations").path("enabled").booleanValue()) {
                reasons.add(here + ".citations are asked for, which " + target + " does not give");
            }
            if (type.equals("tool_result")) {
                blocks(block.path("content"), here + ".content", target, reasons);
            }
        }
    }

    private static void fields(JsonNode object, String at, Set<String> known, Name target, List<String> reasons) {
        Iterator<Map.Entry<String, JsonNode>> fields = object.fields();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!known.contains(field.getKey()) && says(field.getKey(), field.getValue())) {
                reasons.add(at + "." + Scrubbed.name(field.getKey()) + " has no counterpart in " + target);
            }
        }
    }

    private static boolean says(String name, JsonNode value) {
        if (value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isBoolean() && !value.booleanValue()) {
            return false;
        }
        return switch (name) {
            case "allowed_callers" ->
                value.size() != 1 || !"direct".equals(value.path(0).textValue());
            case "caller" -> !"direct".equals(value.path("type").textValue());
            case "context" -> !"auto".equals(value.textValue());
            case "mode" -> !"standard".equals(value.textValue());
            default -> true;
        };
    }
}
