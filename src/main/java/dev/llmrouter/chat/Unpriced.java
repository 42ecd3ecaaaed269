package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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

    /** Where Anthropic computes at list price. */
    private static final Set<String> LISTED_PLACES = Set.of("global", "not_available");

    /** There is no price for it. */
    private static final String AUDIO = "audio tokens";

    /** An iteration of Anthropic's in which the model shortened the conversation: its tokens are not in the counts of the answer. */
    static final String COMPACTION = "compaction";

    private static final String SEARCH = "web search, billed by use";

    private Unpriced() {}

    /** What the whole of an answer says, beside its usage. @param body as the provider sent it */
    static @Nullable String whole(Dialect.Name dialect, JsonNode body) {
        return switch (dialect) {
            case OPENAI ->
                first(
                        first(tier(body), chatSearch(body.path("choices"), "message")),
                        first(fee(body.path("usage")), audio(body.path("usage"))));
            case RESPONSES -> {
                String why = tier(body);
                for (JsonNode item : body.path("output")) {
                    why = first(why, item(item));
                }
                yield why;
            }
            case ANTHROPIC, GEMINI, TEXT, EMBEDDINGS -> null;
        };
    }

    static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }

    /**
     * A search of chat completions shows in its citations alone.
     *
     * @param choices of an answer or of a chunk
     * @param holder {@code message} or {@code delta}
     */
    static @Nullable String chatSearch(JsonNode choices, String holder) {
        for (JsonNode choice : choices) {
            for (JsonNode note : choice.path(holder).path("annotations")) {
                if (Json.textOr(note, "type", "").equals("url_citation")) {
                    return SEARCH;
                }
            }
        }
        return null;
    }

    /**
     * A fee for each request: Perplexity's ({@code num_search_queries}, {@code cost.request_cost}), and xAI's for the sources of a search
     * ({@code num_sources_used}).
     *
     * @param usage of chat completions or of Responses
     */
    static @Nullable String fee(JsonNode usage) {
        if (Json.count(usage, "num_search_queries") > 0 || Json.count(usage, "num_sources_used") > 0) {
            return SEARCH;
        }
        return usage.path("cost").path("request_cost").asDouble() > 0 ? "a fee for each request" : null;
    }

    /** Sound costs a multiple of text; Mistral counts its seconds. @param usage of chat completions */
    static @Nullable String audio(JsonNode usage) {
        boolean any = Json.count(usage.get("prompt_tokens_details"), "audio_tokens") > 0
                || Json.count(usage.get("completion_tokens_details"), "audio_tokens") > 0
                || usage.path("prompt_audio_seconds").asDouble() > 0;
        return any ? AUDIO : null;
    }

    /** @param usage of Gemini's */
    static @Nullable String geminiAudio(JsonNode usage) {
        for (String part : List.of("promptTokensDetails", "candidatesTokensDetails", "toolUsePromptTokensDetails")) {
            for (JsonNode detail : usage.path(part)) {
                if (Json.textOr(detail, "modality", "").equals("AUDIO") && Json.count(detail, "tokenCount") > 0) {
                    return AUDIO;
                }
            }
        }
        return null;
    }

    /** @param usage of Anthropic's: where it was computed, of which one place costs a tenth more */
    static @Nullable String place(JsonNode usage) {
        String place = Json.textOr(usage, "inference_geo", "");
        if (place.isEmpty() || LISTED_PLACES.contains(place)) {
            return null;
        }
        return "inference_geo " + (place.equals("us") ? place : "that is not known");
    }

    /** @param usage of Anthropic's: how fast it was computed, of which one way costs a multiple */
    static @Nullable String speed(JsonNode usage) {
        String speed = Json.textOr(usage, "speed", "");
        if (speed.isEmpty() || speed.equals("standard")) {
            return null;
        }
        return "speed " + (speed.equals("fast") ? speed : "that is not known");
    }

    /**
     * @param iterations of Anthropic's usage: samplings of the model that was asked, and those of it that shortened the conversation,
     *     have its price; others may be of another model
     */
    static @Nullable String iterations(JsonNode iterations) {
        for (JsonNode iteration : iterations) {
            String type = Json.textOr(iteration, "type", "");
            if (!type.equals("message") && !type.equals(COMPACTION)) {
                return "iterations that are not known";
            }
        }
        return null;
    }

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
        return Json.count(usage.path("server_tool_use"), "web_search_requests") > 0 ? SEARCH : null;
    }

    /** @param usage of Anthropic's; code runs in its containers, which are billed by the hour */
    static @Nullable String code(JsonNode usage) {
        return Json.count(usage.path("server_tool_use"), "code_execution_requests") > 0
                ? "code execution, billed by use"
                : null;
    }

    /** @param item of the output of Responses @return null if its tokens are all there is to pay */
    static @Nullable String item(JsonNode item) {
        String type = Json.textOr(item, "type", "");
        return BILLED_ITEMS.contains(type) || isHostedShell(type, item) ? type + ", billed by use" : null;
    }

    /** A shell runs at the caller's, or in a container of OpenAI's. */
    private static boolean isHostedShell(String type, JsonNode item) {
        String place = Json.textOr(item.path("environment"), "type", "");
        return type.equals("shell_call") && !place.isEmpty() && !place.equals("local");
    }
}
