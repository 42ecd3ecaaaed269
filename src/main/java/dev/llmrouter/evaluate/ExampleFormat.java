package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Dialect;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * In which format a chat request of a data set is written, as its shape tells; nothing else does. Used wherever an example is described, asked
 * or shown, so that it is one request everywhere.
 */
public final class ExampleFormat {
    /** Fields of a request that Anthropic's Messages API alone has, beside {@code system}. */
    private static final List<String> ANTHROPIC_FIELDS =
            List.of("output_config", "stop_sequences", "mcp_servers", "context_management");

    private static final List<String> OPENAI_FIELDS =
            List.of("max_completion_tokens", "response_format", "stop", "functions", "logprobs", "stream_options");

    private static final Set<String> OPENAI_ROLES = Set.of("developer", "tool", "function");

    private static final Set<String> ANTHROPIC_PARTS =
            Set.of("tool_use", "tool_result", "thinking", "redacted_thinking");

    /** Tools that Anthropic runs, or whose schema it knows, carry the day of their version: {@code web_search_20250305}. */
    private static final Pattern ANTHROPIC_TOOL = Pattern.compile("[a-z_]+_\\d{8}");

    private ExampleFormat() {}

    /** The format. @param body of a request that is not in Gemini's */
    public static Dialect.Name of(ObjectNode body) {
        return isAnthropic(body) ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI;
    }

    private static boolean isAnthropic(ObjectNode body) {
        return body.has("system") || !isOpenAi(body) && hasSigns(body);
    }

    /** What Anthropic's format cannot say; gateways of OpenAI's format take some of Anthropic's fields beside it. */
    private static boolean isOpenAi(ObjectNode body) {
        if (OPENAI_FIELDS.stream().anyMatch(body::has)
                || body.path("tool_choice").isTextual()
                || isSystem(body.path("messages").path(0))) {
            return true;
        }
        for (JsonNode tool : body.path("tools")) {
            if (tool.has("function")) {
                return true;
            }
        }
        for (JsonNode message : body.path("messages")) {
            if (message.has("tool_calls")
                    || OPENAI_ROLES.contains(message.path("role").asText(""))
                    || hasPart(message, part -> part.has("image_url") || part.has("input_audio") || part.has("file"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasSigns(ObjectNode body) {
        return ANTHROPIC_FIELDS.stream().anyMatch(body::has)
                || body.path("tool_choice").path("type").asText("").matches("auto|any|tool|none")
                || body.path("thinking").path("type").asText("").equals("adaptive")
                || body.path("thinking").has("budget_tokens")
                || hasTools(body)
                || hasParts(body);
    }

    private static boolean hasTools(ObjectNode body) {
        for (JsonNode tool : body.path("tools")) {
            boolean isVersioned =
                    ANTHROPIC_TOOL.matcher(tool.path("type").asText("")).matches();
            if (tool.has("input_schema") || isVersioned && !tool.has("function")) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasParts(ObjectNode body) {
        for (JsonNode message : body.path("messages")) {
            if (hasPart(
                    message,
                    part -> part.path("source").isObject()
                            || ANTHROPIC_PARTS.contains(part.path("type").asText("")))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasPart(JsonNode message, Predicate<JsonNode> wanted) {
        for (JsonNode part : message.path("content")) {
            if (wanted.test(part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSystem(JsonNode message) {
        String role = message.path("role").asText("");
        return role.equals("system") || role.equals("developer");
    }

    /** Whether a chat request has a system prompt of its own. */
    private static boolean hasSystem(ObjectNode body) {
        if (body.has("system")) {
            return true;
        }
        for (JsonNode message : body.path("messages")) {
            if (isSystem(message)) {
                return true;
            }
        }
        return false;
    }

    /** Gives a request a system prompt where it has none of its own. @param system empty for none */
    public static void addSystem(ObjectNode body, String system) {
        if (system.isEmpty() || hasSystem(body)) {
            return;
        }
        if (of(body) == Dialect.Name.ANTHROPIC) {
            body.put("system", system);
        } else if (body.get("messages") instanceof ArrayNode messages) {
            messages.insertObject(0).put("role", "system").put("content", system);
        }
    }
}
