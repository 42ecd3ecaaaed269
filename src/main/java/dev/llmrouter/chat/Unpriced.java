package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds in an answer what list prices of tokens do not pay for. All words are of ours: a provider's text is not repeated. */
final class Unpriced {
    /**
     * Tiers at list price: of OpenAI and Anthropic ({@code auto}, {@code default}, {@code standard}), of Groq
     * ({@code on_demand}); and batches, which only the batch API gives and which have a price of their own there.
     */
    private static final Set<String> LISTED = Set.of("auto", "default", "standard", "on_demand", "batch");

    /** Tiers that are told by name. */
    private static final Set<String> DEARER_OR_CHEAPER = Set.of("priority", "flex", "scale", "performance");

    /** What OpenAI runs itself and bills by use or session, beside the tokens. */
    private static final Set<String> BILLED_ITEMS =
            Set.of("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call");

    private Unpriced() {}

    /** @param holder what has the field {@code service_tier} @return null if the tier has list prices, or is not told */
    static @Nullable String tier(JsonNode holder) {
        String tier = Json.textOr(holder, "service_tier", "");
        if (tier.isEmpty() || LISTED.contains(tier)) {
            return null;
        }
        return "service_tier " + (DEARER_OR_CHEAPER.contains(tier) ? tier : "that is not known");
    }

    /** @param usage of Anthropic's; fetching pages is free there, searching is not */
    static @Nullable String search(JsonNode usage) {
        return Json.count(usage.path("server_tool_use"), "web_search_requests") > 0
                ? "web search, billed by use"
                : null;
    }

    /** @param item of the output of Responses @return null if its tokens are all there is to pay */
    static @Nullable String item(JsonNode item) {
        String type = Json.textOr(item, "type", "");
        return BILLED_ITEMS.contains(type) ? type + ", billed by use" : null;
    }
}
