package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests that must not be asked a second time beside their answer, by a shadow, a comparison or a check. What a provider keeps would
 * change, as a conversation does that takes each question and answer in: the next model reads there what the one before it said, and the caller
 * has turns that nobody sent. Or a tool that the provider runs would do a thing twice.
 */
public final class AskedOnce {
    /**
     * Types of tools that change nothing outside of the answer, or that the caller runs. Source: OpenAI, Responses API, tools (2026-07). Those of
     * web search have a date behind them.
     */
    private static final Set<String> HARMLESS = Set.of(
            "function",
            "custom",
            "file_search",
            "code_interpreter",
            "image_generation",
            "local_shell",
            "apply_patch",
            "computer_use_preview",
            "computer",
            "tool_search",
            "namespace");

    private static final Set<String> HARMLESS_OF_CHAT = Set.of("function", "custom");

    /** A date is behind them. Source: Anthropic, Messages API, tools (2026-07). */
    private static final Set<String> HARMLESS_OF_ANTHROPIC = Set.of(
            "custom",
            "bash_",
            "text_editor_",
            "computer_",
            "memory_",
            "web_search_",
            "web_fetch_",
            "code_execution_",
            "tool_search_tool_");

    private AskedOnce() {}

    /** What it names that is the provider's, as a path in the request's body; null where it may be asked again. */
    public static @Nullable String because(ChatRequest request) {
        String kept = KeptState.field(request);
        ObjectNode body = request.body();
        if (kept != null || body == null) {
            return kept;
        }
        return switch (request.dialect()) {
            case RESPONSES -> ofResponses(body);
            case ANTHROPIC ->
                body.path("mcp_servers").isEmpty()
                        ? other(body.path("tools"), AskedOnce::isHarmlessOfAnthropic)
                        : "mcp_servers";
            case OPENAI -> other(body.path("tools"), tool -> HARMLESS_OF_CHAT.contains(type(tool)));
            case EMBEDDINGS, GEMINI, TEXT -> null;
        };
    }

    private static @Nullable String ofResponses(ObjectNode body) {
        if (Json.present(body, "prompt") != null) {
            return "prompt"; // kept with its tools, of which nothing is known here
        }
        if (body.path("background").asBoolean()) {
            return "background"; // its answer comes later, and nobody would fetch that of a copy
        }
        return other(body.path("tools"), AskedOnce::isHarmlessOfResponses);
    }

    private static boolean isHarmlessOfResponses(JsonNode tool) {
        String type = type(tool);
        return HARMLESS.contains(type)
                || type.startsWith("web_search")
                || type.equals("shell") && tool.at("/environment/type").asText().equals("local");
    }

    private static boolean isHarmlessOfAnthropic(JsonNode tool) {
        String type = type(tool);
        return type.isEmpty() || HARMLESS_OF_ANTHROPIC.stream().anyMatch(type::startsWith);
    }

    /** The first tool that is not of these. */
    private static @Nullable String other(JsonNode tools, Predicate<JsonNode> harmless) {
        for (int i = 0; tools.isArray() && i < tools.size(); i++) {
            if (!harmless.test(tools.get(i))) {
                return At.of(At.ROOT, "tools", i).toString();
            }
        }
        return null;
    }

    private static String type(JsonNode tool) {
        return Json.textOr(tool, "type", "");
    }
}
