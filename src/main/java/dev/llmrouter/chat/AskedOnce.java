package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.Fields.At;
import java.util.Set;
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
            "computer");

    private AskedOnce() {}

    /** What it names that is the provider's, as a path in the request's body; null where it may be asked again. */
    public static @Nullable String because(ChatRequest request) {
        String kept = KeptState.field(request);
        ObjectNode body = request.body();
        if (kept != null || body == null) {
            return kept;
        }
        return switch (request.dialect()) {
            case RESPONSES -> actingTool(body.path("tools"));
            case ANTHROPIC -> body.path("mcp_servers").isEmpty() ? null : "mcp_servers";
            case OPENAI, EMBEDDINGS, GEMINI, TEXT -> null;
        };
    }

    private static @Nullable String actingTool(JsonNode tools) {
        for (int i = 0; tools.isArray() && i < tools.size(); i++) {
            String type = Json.textOr(tools.get(i), "type", "");
            if (!HARMLESS.contains(type) && !type.startsWith("web_search")) {
                return At.of(At.ROOT, "tools", i).toString();
            }
        }
        return null;
    }
}
