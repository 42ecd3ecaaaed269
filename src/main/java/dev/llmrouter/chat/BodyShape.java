package dev.llmrouter.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Tells by its shape what a body is, where nothing else does. */
public final class BodyShape {
    private static final JsonFactory JSON = new JsonFactory();

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

    private BodyShape() {}

    /** OpenAI's for a JSON object with a list of {@code messages}; text for anything else, other JSON included. A body that breaks off is what it was until then. */
    public static Dialect.Name dialectOf(byte[] body) {
        return firstVisible(body) == '{' && hasMessages(body) ? Dialect.Name.OPENAI : Dialect.Name.TEXT;
    }

    /**
     * Whose a chat request is: Responses for an {@code input}, or a stored {@code prompt}, without {@code messages}; else as {@link #chatOf(ObjectNode)}.
     *
     * @return OpenAI's for what is no JSON object: whoever parses it says so
     */
    public static Dialect.Name chatOf(byte[] body) {
        ObjectNode request = Json.objectOrNull(body);
        if (request == null) {
            return Dialect.Name.OPENAI;
        }
        boolean isResponses = !request.has("messages")
                && (request.has("input") || request.path("prompt").isObject());
        return isResponses ? Dialect.Name.RESPONSES : chatOf(request);
    }

    /** Whose a request with messages is: Anthropic's or OpenAI's. Where it is good in both the two mean the same by it. */
    public static Dialect.Name chatOf(ObjectNode body) {
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

    private static int firstVisible(byte[] body) {
        for (byte each : body) {
            if (each > ' ') {
                return each;
            }
        }
        return -1;
    }

    private static boolean hasMessages(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean messages = "messages".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (messages) {
                    return value == JsonToken.START_ARRAY;
                }
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            // a body that breaks off is text to us; a chat request that does shows its messages before that
            return false;
        }
    }
}
