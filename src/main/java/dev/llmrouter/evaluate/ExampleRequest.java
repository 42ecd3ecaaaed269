package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request that an example stands for, read and described as the gateway would. It is read when it is first asked for, because
 * most comparisons never ask. Safe for use by many threads.
 *
 * <p>A text is one user message. A chat request is read in the dialect that its shape tells: Anthropic's for a field
 * {@code system} and for its tools and parts, else OpenAI's. One in Gemini's format, which no caller can send, is taken for the
 * same in OpenAI's.
 */
public final class ExampleRequest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Dialects DIALECTS = new Dialects(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)); // dates answers
    private static final Describer DESCRIBER = new Describer();
    private static final Set<String> ANTHROPIC_PARTS =
            Set.of("tool_use", "tool_result", "thinking", "redacted_thinking");

    private final @Nullable ObjectNode body;
    private final String text;
    private volatile @Nullable Read read;

    /** @param input null without one; then there is no request that could be described */
    private record Read(String system, @Nullable Input input, String fault) {}

    private ExampleRequest(@Nullable ObjectNode body, String text) {
        this.body = body;
        this.text = text;
    }

    /** A question without anything else. */
    public static ExampleRequest of(String text) {
        return new ExampleRequest(null, text);
    }

    /**
     * The request of a line.
     *
     * @param input a text, or a chat request
     * @param text of the input, where it is no chat request
     */
    static ExampleRequest of(@Nullable JsonNode input, String text) {
        return new ExampleRequest(input instanceof ObjectNode object ? object : null, text);
    }

    /**
     * What conditions look at.
     *
     * @param system prompt that the models were given where the request has none of its own; empty for none
     * @return null if the gateway would not take the request; {@link #fault} says why
     */
    public @Nullable Input input(String system) {
        return read(system).input();
    }

    /** Why the gateway would not take the request; empty if it would. @param system as for {@link #input} */
    public String fault(String system) {
        return read(system).fault();
    }

    private Read read(String system) {
        Read known = read;
        if (known == null || !known.system().equals(system)) {
            known = parse(system);
            read = known;
        }
        return known;
    }

    private Read parse(String system) {
        try {
            ChatRequest request = request(system);
            Input input = new Input(request, DESCRIBER.describe(request), null, Set.of(), Map.of(), null);
            return new Read(system, input, "");
        } catch (BadRequestException e) {
            return new Read(system, null, e.error().message());
        } catch (IOException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private ChatRequest request(String system) throws BadRequestException, IOException {
        ObjectNode own = body;
        if (own == null && system.isEmpty()) {
            return ChatRequest.ofText(text);
        }
        ObjectNode whole;
        if (own == null) {
            whole = JSON.createObjectNode();
            whole.putArray("messages").addObject().put("role", "user").put("content", text);
        } else {
            whole = own.has("contents") ? ofGemini(own) : own.deepCopy();
        }
        whole.remove(List.of("stream", "stream_options"));
        if (!whole.hasNonNull("model")) {
            whole.put("model", "auto");
        }
        boolean isAnthropic = isAnthropic(whole);
        if (isAnthropic && !whole.hasNonNull("max_tokens")) {
            whole.put("max_tokens", 1); // has to be there, and nobody knows what it would be
        }
        if (!system.isEmpty() && !hasSystem(whole)) {
            if (isAnthropic) {
                whole.put("system", system);
            } else if (whole.get("messages") instanceof ArrayNode messages) {
                messages.insertObject(0).put("role", "system").put("content", system);
            }
        }
        return DIALECTS.caller(isAnthropic ? Dialect.Name.ANTHROPIC : Dialect.Name.OPENAI)
                .parseRequest(JSON.writeValueAsBytes(whole), Limits.ofDefaults());
    }

    /** Whether a chat request has a system prompt of its own. @param body in the format of OpenAI or Anthropic */
    public static boolean hasSystem(ObjectNode body) {
        if (body.has("system")) {
            return true;
        }
        for (JsonNode message : body.path("messages")) {
            String role = message.path("role").asText("");
            if (role.equals("system") || role.equals("developer")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAnthropic(ObjectNode body) {
        if (body.has("system")) {
            return true;
        }
        for (JsonNode tool : body.path("tools")) {
            if (tool.has("input_schema")) {
                return true;
            }
        }
        for (JsonNode message : body.path("messages")) {
            for (JsonNode part : message.path("content")) {
                if (part.path("source").isObject()
                        || ANTHROPIC_PARTS.contains(part.path("type").asText(""))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The same in OpenAI's format; what has no counterpart there stays, and is then told as a fault. */
    private static ObjectNode ofGemini(ObjectNode gemini) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode messages = body.putArray("messages");
        JsonNode system = gemini.path("systemInstruction");
        if (!system.isMissingNode() && !system.isNull()) {
            addGemini(messages, "system", system.isTextual() ? system : system.path("parts"));
        }
        for (JsonNode content : gemini.path("contents")) {
            String role = content.path("role").asText("user");
            addGemini(messages, role.equals("model") ? "assistant" : role, content.path("parts"));
        }
        for (JsonNode tool : gemini.path("tools")) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                body.withArray("tools").addObject().put("type", "function").set("function", function.deepCopy());
            }
        }
        JsonNode config = gemini.path("generationConfig");
        if (config.path("maxOutputTokens").isInt()) {
            body.set("max_completion_tokens", config.get("maxOutputTokens"));
        }
        if (config.path("responseSchema").isObject()) {
            body.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "answer")
                    .set("schema", config.get("responseSchema").deepCopy());
        }
        return body;
    }

    private static void addGemini(ArrayNode messages, String role, JsonNode parts) {
        ObjectNode message = messages.addObject().put("role", role);
        if (parts.isTextual()) {
            message.put("content", parts.textValue());
            return;
        }
        ArrayNode content = message.putArray("content");
        for (JsonNode part : parts) {
            String media = part.at("/inlineData/mimeType").asText("");
            if (part.path("text").isTextual()) {
                content.addObject()
                        .put("type", "text")
                        .put("text", part.get("text").textValue());
            } else if (media.startsWith("image/")) {
                String url = "data:" + media + ";base64,"
                        + part.at("/inlineData/data").asText();
                content.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", url);
            } else {
                content.add(part.deepCopy()); // has no type that a caller may send
            }
        }
    }
}
